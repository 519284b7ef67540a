import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

interface MustOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
}

/** Runs a program, its output shown; ends this process with its exit code when it fails. */
export function must(command: string, args: readonly string[], options: MustOptions = {}): void {
  const { status, error } = spawnSync(command, args, {
    cwd: options.cwd ?? root,
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', ...options.env },
    ...(options.input === undefined ? {} : { input: options.input }),
  });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** Whether a program of that name is on the path. */
export function installed(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
}

/** Debian packages, each named where what it brings is missing. */
export function installPackages(missing: readonly string[]): void {
  if (missing.length === 0) return;
  must('apt-get', ['update', '-qq']);
  must('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing]);
}

/** Runs the tests that a configuration of Vitest names. */
export function runTests(config: string): void {
  must(process.execPath, [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--config', config]);
}
