import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess } from './process.ts';
import { freePort } from './server.ts';

export interface RunningRedis {
  /** `redis://127.0.0.1:PORT` */
  readonly url: string;
  /** What `redis-cli` prints for a command. */
  command(...words: string[]): string;
  stop(): Promise<void>;
}

/** A real Redis on a free port of 127.0.0.1, empty, which keeps nothing. */
export async function startRedis(): Promise<RunningRedis> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'mxcp-redis-'));
  const command = (...words: string[]): string =>
    execFileSync('redis-cli', ['-p', String(port), ...words], { encoding: 'utf8', stdio: 'pipe' });
  const running = await startProcess(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder],
    { cwd: folder, readyMs: 10_000 },
    () => Promise.resolve().then(() => command('ping').startsWith('PONG')),
  );
  return {
    url: `redis://127.0.0.1:${port}`,
    command,
    stop: async () => {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
