import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, type Finished } from './run.ts';

export const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const mxcpScript = join(repository, 'bin', 'mxcp.js');
export const examples = join(repository, 'config', 'examples');

/** The environment of a new user: no MXCP variables, an empty home. */
export function cleanEnvironment(
  home: string,
  extra: Readonly<Record<string, string>> = {},
): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(MXCP_|OTEL_|MCP_|VITEST|NODE_ENV)/.test(name),
  );
  return { ...Object.fromEntries(inherited), HOME: home, TZ: 'UTC', ...extra };
}

/** Runs `mxcp` to its end. */
export function mxcp(
  args: readonly string[],
  options: { cwd: string; env?: Readonly<Record<string, string>>; stdin?: string },
): Promise<Finished> {
  const { cwd, env, stdin } = options;
  return run(process.execPath, [mxcpScript, ...args], { cwd, env: cleanEnvironment(cwd, env), input: stdin });
}

/** A copy of a project that a test may write to; `remove` deletes it. */
export function projectCopy(source: string): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'mxcp-e2e-'));
  cpSync(source, folder, { recursive: true });
  return {
    folder,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
