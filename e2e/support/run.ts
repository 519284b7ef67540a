import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/** How a program ended and what it wrote. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly cwd?: string | undefined;
  /** All of it; that of this process unless told. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly input?: string | undefined;
}

/** Runs a program to its end. This process goes on, so that programs which it watches can write their logs. */
export async function run(
  command: string,
  args: readonly string[],
  { input, ...options }: RunOptions = {},
): Promise<Finished> {
  const child = spawn(command, args, options);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  // a program that does not read its input is no failure
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

/** Runs a program that must not fail; what it wrote to stdout. */
export async function must(finished: Promise<Finished>): Promise<string> {
  const { code, stdout, stderr } = await finished;
  if (code !== 0) throw new Error(`ended with ${String(code)}:\n${stdout}${stderr}`);
  return stdout;
}

/** Asks again until there is an answer; fails after half a minute. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + 30_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`${what}: not within 30 s`);
    await sleep(200);
  }
}
