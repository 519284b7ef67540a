import { readFile } from 'node:fs/promises';
import { availableParallelism, homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { ConfigNotFoundError, ConfigUnreadableError } from '../../common/errors/config-errors.js';
import { parseEnvFile } from './env-file.js';
import { hasErrorCode } from '../../common/errors/os-error.js';
import { Variables } from './variables.js';

/** What a process knows of its surroundings. */
export interface EnvironmentParts {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string;
  readonly cpuCount: number;
  /** Threads of libuv's pool, which runs statements, file and name look-ups. */
  readonly threadPoolSize: number;
  /** Standard error is a terminal. */
  readonly isTerminal: boolean;
}

/** The surroundings of this program; nothing else reads environment, working or home directory. */
export class Environment {
  readonly #variables: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string;
  readonly cpuCount: number;
  readonly threadPoolSize: number;
  readonly isTerminal: boolean;

  constructor(parts: EnvironmentParts) {
    this.#variables = parts.variables;
    this.cwd = parts.cwd;
    this.home = parts.home;
    this.cpuCount = parts.cpuCount;
    this.threadPoolSize = parts.threadPoolSize;
    this.isTerminal = parts.isTerminal;
  }

  /**
   * The variables as they are now. Those of the file that `MXCP_ENV_FILE` names beat the process's own:
   * the file is there to change values while the process runs (operations.md §2), and the process often
   * started with an older copy of the same file.
   * @throws ConfigNotFoundError, ConfigInvalidError when the file is missing, unreadable or malformed
   */
  async variables(): Promise<Variables> {
    const own = new Variables(this.#variables);
    const name = own.setting('MXCP_ENV_FILE');
    if (name === undefined) return own;
    const file = resolve(this.cwd, name);
    return new Variables({ ...this.#variables, ...parseEnvFile(await read(file), file) });
  }

  /** `~` and `~/…` as the home directory; other paths unchanged. */
  expandHome(path: string): string {
    if (path === '~') return this.home;
    return path.startsWith('~/') ? join(this.home, path.slice(2)) : path;
  }
}

/** The surroundings of this process. */
export function currentEnvironment(): Environment {
  return new Environment({
    variables: process.env,
    cwd: process.cwd(),
    home: homeFolder(),
    cpuCount: availableParallelism(),
    threadPoolSize: threadPoolSize(process.env['UV_THREADPOOL_SIZE']),
    isTerminal: process.stderr.isTTY,
  });
}

/** Containers run under user ids that no user has; without `HOME` such a process has no home, and `/` stands in. */
function homeFolder(): string {
  try {
    return homedir();
  } catch {
    return '/';
  }
}

/** As libuv reads it: 4 when unset, between 1 and 1024. */
function threadPoolSize(given: string | undefined): number {
  const size = given === undefined ? 4 : Number.parseInt(given, 10);
  return Number.isNaN(size) ? 1 : Math.min(Math.max(size, 1), 1024);
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT')) throw new ConfigUnreadableError(`MXCP_ENV_FILE ${file}`, error);
    throw new ConfigNotFoundError(
      `MXCP_ENV_FILE not found at ${file}. Create that file, or unset the variable.`,
    );
  }
}
