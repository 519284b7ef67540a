// What authentication costs: CPU time of the server per call, with auth off, with a token that the server issued, and
// with an API key. Rounds of all three are interleaved.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { githubAuth } from '../e2e/support/auth-project.ts';
import { startFakeGitHub } from '../e2e/support/fake-github.ts';
import { OAuthClient } from '../e2e/support/oauth-client.ts';
import { startServer, type RunningServer } from '../e2e/support/server.ts';
import { POINTS } from './project.ts';
import { modernScenario, type Scenario } from './scenario.ts';

/** Many short rounds: the least disturbed one of each counts, as whatever else runs only ever adds to a cost. */
const ROUNDS = 15;
const SECONDS = 1;
const API_KEY = 'bench-key-of-sixteen-characters-and-more';

const calls = {
  echo: () => ({ name: 'echo', arguments: { message: 'hello world' } }),
  'point query': () => ({ name: 'point', arguments: { id: Math.floor(Math.random() * POINTS) } }),
} as const;

interface Caller {
  readonly name: string;
  readonly server: RunningServer;
  readonly headers: Readonly<Record<string, string>>;
}

/** Microseconds of CPU: of the whole process, and of the thread in which authentication happens. */
interface Cost {
  readonly whole: number;
  readonly main: number;
}

function cpu(pid: number): Cost {
  const [whole = 0, main = 0] = [`/proc/${pid}/stat`, `/proc/${pid}/task/${pid}/stat`].map((file) => {
    const fields = readFileSync(file, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  });
  return { whole, main };
}

/** What one call costs the server. */
async function measure({ server, headers }: Caller, scenario: Scenario): Promise<Cost> {
  const pid = server.process.pid ?? 0;
  const before = cpu(pid);
  const result = await autocannon({
    url: scenario.url,
    method: 'POST',
    headers: { ...scenario.headers, ...headers },
    connections: 16,
    duration: SECONDS,
    requests: Array.from({ length: 64 }, () => ({ body: scenario.body() })),
  });
  if (result.non2xx + result.errors > 0) throw new Error(`${scenario.name}: requests failed`);
  const after = cpu(pid);
  return {
    whole: (after.whole - before.whole) / result['2xx'],
    main: (after.main - before.main) / result['2xx'],
  };
}

/** Serves the project of the bench with and without authentication, and prints what a call costs each way. */
export async function measureAuth(folder: string): Promise<void> {
  const github = await startFakeGitHub();
  const userFile = join(folder, 'auth-config.yml');
  const auth = githubAuth(github);
  writeFileSync(
    userFile,
    JSON.stringify({ mxcp: 1, projects: { bench: { profiles: { default: { auth } } } } }),
  );
  const quiet = { MXCP_LOG_LEVEL: 'error' };
  const servers: RunningServer[] = [];
  try {
    const open = await startServer(folder, ['--readonly'], quiet);
    servers.push(open);
    const closed = await startServer(folder, ['--readonly'], {
      ...quiet,
      MXCP_CONFIG: userFile,
      MCP_API_KEYS: `bench=${API_KEY}`,
    });
    servers.push(closed);
    const { accessToken } = await (await OAuthClient.register(closed.url)).signIn();
    await compare([
      { name: 'off', server: open, headers: {} },
      { name: 'token', server: closed, headers: { authorization: `Bearer ${accessToken}` } },
      { name: 'API key', server: closed, headers: { 'x-api-key': API_KEY } },
    ]);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await github.stop();
  }
}

/** DuckDB's threads cost the same with and without: only the main thread's time is compared, with all of a call's. */
async function compare(callers: readonly Caller[]): Promise<void> {
  console.log('\n| CPU per call | auth off | with a token | with an API key |\n| --- | --- | --- | --- |');
  for (const [name, params] of Object.entries(calls)) {
    const costs = callers.map((): Cost[] => []);
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const [index, caller] of callers.entries()) {
        const cost = await measure(caller, modernScenario(name, '', caller.server.url, 'tools/call', params));
        if (round > 0) costs[index]?.push(cost); // the first round warms up
      }
    }
    const whole = Math.min(...(costs[0] ?? []).map((cost) => cost.whole));
    const [off = 0, ...others] = costs.map((each) => Math.min(...each.map(({ main }) => main)));
    const cells = others.map((main) => percent((main - off) / whole));
    console.log(
      `| ${name} | ${whole.toFixed(0)} µs, ${off.toFixed(0)} of them in the main thread | ${cells.join(' | ')} |`,
    );
  }
}

function percent(share: number): string {
  return `${share >= 0 ? '+' : ''}${(100 * share).toFixed(1)} %`;
}
