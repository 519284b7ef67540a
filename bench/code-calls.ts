// What a call of a trivial endpoint in TypeScript or Python costs, against a bare piscina task and against a bare
// pipe to Python in the same run: one after the other, and fifty at a time. Rounds are interleaved and the medians
// compared.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { PythonCode } from '../dist/modules/execution/python/python-code.js';
import { SilentChannel } from '../dist/common/domain/caller-channel.js';
import { anonymous } from '../dist/common/domain/principal.js';
import { TypeScriptExecutor } from '../dist/modules/execution/typescript/typescript-executor.js';

const CALLS = 10_000;
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3);

type Call = () => Promise<unknown>;
type Made = ConstructorParameters<typeof TypeScriptExecutor>;
type Executed = Parameters<TypeScriptExecutor['execute']>;

/** Prints a table of both, and how memory grew after the first round. */
export async function measureTypeScript(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mxcp-bench-'));
  const file = join(folder, 'same.ts');
  writeFileSync(file, 'export const same = (input: object): object => input;\n');
  const filename = fileURLToPath(new URL('./bare-task.mjs', import.meta.url));
  const bare = new Piscina<object, object>({ filename, maxThreads: 1 });
  const executor = new TypeScriptExecutor(...executorParts(folder));
  const call = trivialCall(file);
  heading('bare piscina task', 'TypeScript endpoint');
  try {
    await compareWidths(
      () => bare.run(call[1]),
      () => executor.execute(...call),
    );
  } finally {
    await Promise.all([bare.destroy(), executor.dispose()]);
    rmSync(folder, { recursive: true });
  }
}

/** The same for a plain and for an asynchronous function in Python. */
export async function measurePython(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mxcp-bench-'));
  const file = join(folder, 'same.py');
  const body = 'def same(message):\n    return {"message": message}\n';
  writeFileSync(file, `${body}\nasync def same_async(message):\n    return {"message": message}\n`);
  const bare = new BarePipe();
  const code = await PythonCode.start(...pythonParts(folder, file));
  if (code === null) throw new Error('Python was not needed');
  const { executor } = code;
  try {
    await code.begin({ open: () => ({ close: () => Promise.resolve() }) } as never);
    for (const [name, title] of [
      ['same', 'Python function'],
      ['same_async', 'asynchronous Python function'],
    ] as const) {
      heading('bare pipe', title);
      const call = trivialCall(file, name);
      await compareWidths(
        () => bare.echo(JSON.stringify(call[1])),
        () => executor.execute(...call),
      );
    }
  } finally {
    bare.end();
    await code.stop();
    await code.exit();
    rmSync(folder, { recursive: true });
  }
}

/** A Python process that sends every line back. */
class BarePipe {
  readonly #child = spawn(
    'python3',
    ['-c', 'import os\nfor line in os.fdopen(3, "rb", 0): os.write(4, line)'],
    {
      stdio: ['ignore', 'inherit', 'inherit', 'pipe', 'pipe'],
    },
  );
  readonly #waiting: ((line: string) => void)[] = [];

  constructor() {
    createInterface({ input: this.#child.stdio[4] as Readable }).on('line', (line) => {
      this.#waiting.shift()?.(line);
    });
  }

  echo(line: string): Promise<unknown> {
    return new Promise((resolve) => {
      this.#waiting.push((answer) => {
        resolve(JSON.parse(answer));
      });
      (this.#child.stdio[3] as Writable).write(`${line}\n`);
    });
  }

  end(): void {
    this.#child.kill();
  }
}

function heading(bare: string, ours: string): void {
  console.log(`\n| 10,000 trivial calls | ${bare} | ${ours} | ratio |\n| --- | --- | --- | --- |`);
}

async function compareWidths(bare: Call, ours: Call): Promise<void> {
  await compare('one after the other', 1, bare, ours);
  await compare('fifty at a time', 50, bare, ours);
}

async function compare(name: string, width: number, bare: Call, ours: Call): Promise<void> {
  const [bareUs, oursUs]: [number[], number[]] = [[], []];
  let settledMb = 0;
  for (let round = 0; round <= ROUNDS; round += 1) {
    const [bareRound, oursRound] = [await microseconds(width, bare), await microseconds(width, ours)];
    if (round === 0)
      settledMb = residentMb(); // the first round warms up
    else {
      bareUs.push(bareRound);
      oursUs.push(oursRound);
    }
  }
  const [b, o] = [median(bareUs), median(oursUs)];
  console.log(`| ${name} | ${b.toFixed(1)} µs | ${o.toFixed(1)} µs | ${(o / b).toFixed(2)} |`);
  console.log(
    `Memory after ${name}: ${settledMb} MB after the first round, ${residentMb()} MB after the last.`,
  );
}

async function microseconds(width: number, call: Call): Promise<number> {
  const begun = performance.now();
  for (let done = 0; done < CALLS; done += width) await Promise.all(Array.from({ length: width }, call));
  return ((performance.now() - begun) * 1000) / CALLS;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const residentMb = (): number => Math.round(process.memoryUsage.rss() / 1_048_576);

/** What an executor is made of, as far as a call without SQL, secrets and failures needs it. */
function executorParts(root: string): Made {
  return [{ root }, {}, { write: console.error }] as unknown as Made;
}

function trivialCall(path: string, id = 'same'): Executed {
  const limits = { rows: 10_000, bytes: 8_388_608, timeoutMs: 0 };
  const signal = new AbortController().signal;
  const request = {
    kind: 'tool',
    target: id,
    principal: anonymous,
    origin: 'http',
    headers: {},
    channel: new SilentChannel(),
    events: [],
    correlationId: 'bench',
    signal,
  };
  const endpoint = trivialEndpoint(path, id);
  const execution = { request, limits, signal };
  return [endpoint, { message: 'hello world' }, execution] as unknown as Executed;
}

function trivialEndpoint(path: string, id: string): object {
  const source = { kind: 'file', path, code: null };
  const parameters = [{ name: 'message', type: 'string', sensitive: false, additionalProperties: true }];
  const names = { id, name: id, file: `tools/${id}.yml` };
  return { kind: 'tool', language: 'python', ...names, returns: null, parameters, source };
}

/** What the Python of a project is started with, as far as it goes without a configuration file. */
function pythonParts(root: string, file: string): Parameters<typeof PythonCode.start> {
  const tools = [trivialEndpoint(file, 'same'), trivialEndpoint(file, 'same_async')];
  const secret = (value: object): object => ({ reveal: () => value });
  const config = {
    project: { root, name: 'bench', profile: 'default' },
    paths: { python: join(root, 'python'), plugins: join(root, 'plugins') },
    logging: { includeStack: false },
    database: { path: join(root, 'bench.duckdb') },
    userCode: {
      interpreter: null,
      virtualEnv: null,
      workers: 1,
      plugins: [],
      pluginSettings: secret({}),
      secrets: secret({}),
      documents: secret({ site: {}, user: {} }),
      siteDefaults: {},
    },
  };
  const endpoints = { list: (kind: string) => (kind === 'tool' ? tools : []) };
  const log = { write: console.error };
  const metrics = { pythonStarted: () => () => undefined };
  const clock = { now: () => new Date(), monotonicMs: () => performance.now() };
  const request = { config, endpoints, checkOnly: false, requireHooks: true, reload: null };
  return [request, { log, metrics, clock }] as unknown as Parameters<typeof PythonCode.start>;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await measureTypeScript();
  await measurePython();
}
