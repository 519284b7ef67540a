// How much of a bare Fastify's throughput remains with MCP, validation, policy checks and recording on top.
// Rounds of all scenarios are interleaved and the medians compared, so that a slow moment hits all alike.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { freePort } from '../e2e/support/server.ts';
import { POINTS, writeProject } from './project.ts';
import { measureAuth } from './auth-calls.ts';
import { measurePython, measureTypeScript } from './code-calls.ts';
import { modernScenario, type Scenario } from './scenario.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const script = join(root, 'bin', 'mxcp.js');
const CONNECTIONS = 32;
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3);
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 4);

const randomId = (): number => Math.floor(Math.random() * POINTS);

function scenarios(bare: string, mxcp: string): Scenario[] {
  const json = { 'content-type': 'application/json' };
  const echo = { message: 'hello world' };
  return [
    {
      name: 'bare Fastify echo',
      baseline: '',
      url: `${bare}/echo`,
      headers: json,
      body: () => JSON.stringify(echo),
    },
    {
      name: 'bare Fastify + DuckDB point query',
      baseline: '',
      url: `${bare}/point`,
      headers: json,
      body: () => JSON.stringify({ id: randomId() }),
    },
    modernScenario('tools/call echo', 'bare Fastify echo', mxcp, 'tools/call', () => ({
      name: 'echo',
      arguments: echo,
    })),
    modernScenario('tools/call point query', 'bare Fastify + DuckDB point query', mxcp, 'tools/call', () => ({
      name: 'point',
      arguments: { id: randomId() },
    })),
    modernScenario('tools/list of 50', 'bare Fastify echo', mxcp, 'tools/list', () => ({})),
  ];
}

async function start(args: readonly string[], cwd: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, MXCP_LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('Listening on')) resolve();
    });
    child.once('exit', (code) => {
      reject(new Error(`${args.join(' ')} ended with ${String(code)}`));
    });
  });
  return child;
}

async function measure(scenario: Scenario): Promise<number> {
  const result = await autocannon({
    url: scenario.url,
    method: 'POST',
    headers: scenario.headers,
    connections: CONNECTIONS,
    duration: SECONDS,
    requests: Array.from({ length: 64 }, () => ({ body: scenario.body() })),
  });
  const refused = result.non2xx + result.errors;
  if (refused > 0) throw new Error(`${scenario.name}: ${refused} requests failed`);
  return result['2xx'] / result.duration;
}

function residentMb(child: ChildProcess): number {
  const status = readFileSync(`/proc/${String(child.pid)}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const folder = mkdtempSync(join(tmpdir(), 'mxcp-bench-'));
const children: ChildProcess[] = [];
try {
  const database = writeProject(folder, [process.execPath, script]);
  const [barePort, mxcpPort] = [await freePort(), await freePort()];
  children.push(await start([join(root, 'bench', 'bare-server.ts'), database, String(barePort)], root));
  const server = await start(
    [script, 'serve', '--readonly', '--host', '127.0.0.1', '--port', String(mxcpPort)],
    folder,
  );
  children.push(server);
  const startMb = residentMb(server);

  const all = scenarios(`http://127.0.0.1:${barePort}`, `http://127.0.0.1:${mxcpPort}`);
  const rates = new Map<string, number[]>(all.map(({ name }) => [name, []]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const scenario of all) {
      const rate = await measure(scenario);
      if (round > 0) rates.get(scenario.name)?.push(rate); // the first round warms up
    }
  }

  const medians = new Map([...rates].map(([name, values]) => [name, median(values)]));
  console.log(`\n| Scenario | requests/s | of its baseline |\n| --- | --- | --- |`);
  for (const { name, baseline } of all) {
    const rate = medians.get(name) ?? 0;
    const share =
      baseline === ''
        ? '100 %'
        : `${((100 * rate) / (medians.get(baseline) ?? 1)).toFixed(1)} % of ${baseline}`;
    console.log(`| ${name} | ${Math.round(rate)} | ${share} |`);
  }
  console.log(
    `\nResident memory of the server: ${startMb} MB at start, ${residentMb(server)} MB after the load.`,
  );
  for (const child of children.splice(0)) child.kill();
  await measureAuth(folder);
} finally {
  for (const child of children) child.kill();
  rmSync(folder, { recursive: true, force: true });
}

await measureTypeScript();
await measurePython();
