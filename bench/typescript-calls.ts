// What a call of a trivial TypeScript endpoint costs, against a bare piscina task in the same run: one after the
// other, and fifty at a time. Rounds are interleaved and the medians compared.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
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
  console.log(
    '\n| 10,000 trivial calls | bare piscina task | TypeScript endpoint | ratio |\n| --- | --- | --- | --- |',
  );
  try {
    await compare(
      'one after the other',
      1,
      () => bare.run(call[1]),
      () => executor.execute(...call),
    );
    await compare(
      'fifty at a time',
      50,
      () => bare.run(call[1]),
      () => executor.execute(...call),
    );
  } finally {
    await Promise.all([bare.destroy(), executor.dispose()]);
    rmSync(folder, { recursive: true });
  }
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

function trivialCall(path: string): Executed {
  const source = { kind: 'file', path, code: null };
  const endpoint = { kind: 'tool', id: 'same', name: 'same', file: 'tools/same.yml', returns: null, source };
  const limits = { rows: 10_000, bytes: 8_388_608, timeoutMs: 0 };
  const execution = { request: { target: 'same' }, limits, signal: new AbortController().signal };
  return [endpoint, { message: 'hello world' }, execution] as unknown as Executed;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await measureTypeScript();
