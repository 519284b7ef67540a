import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RunningProcess {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Sends SIGTERM, after ten seconds SIGKILL, and waits for the end. */
  stop(): Promise<void>;
}

/** Starts a program and waits until `isReady`; it is stopped, and its output told, when that takes too long. */
export async function startProcess(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv; readonly readyMs: number },
  isReady: () => Promise<boolean>,
): Promise<RunningProcess> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const life = { hasEnded: false };
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => {
      life.hasEnded = true;
      resolve();
    });
    child.once('exit', () => {
      life.hasEnded = true;
      resolve();
    });
  });
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const stop = async (): Promise<void> => {
    if (life.hasEnded) return;
    child.kill('SIGTERM');
    const killer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(killer);
  };
  const until = Date.now() + options.readyMs;
  while (!(await isReady().catch(() => false))) {
    if (life.hasEnded || Date.now() > until) {
      await stop();
      throw new Error(`${command} was not ready in ${options.readyMs} ms:\n${output}`);
    }
    await sleep(100);
  }
  return { child, output: () => output, stop };
}
