import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { EndpointCodeError } from '../../../common/errors/server-errors.js';

/** A Python that was run and told its version. */
export interface Interpreter {
  readonly path: string;
  /** Such as `3.11.7`. */
  readonly version: string;
}

/** Where a Python may be asked for. */
export interface InterpreterSettings {
  /** Project folder. */
  readonly root: string;
  /** `python.interpreter`; null looks for one. */
  readonly interpreter: string | null;
  /** The active virtual environment; null for none. */
  readonly virtualEnv: string | null;
}

interface Candidate {
  readonly path: string;
  /** Where it comes from, as messages say it. */
  readonly origin: string;
}

const OLDEST = [3, 10] as const;
const ANSWER_TIMEOUT_MS = 10_000;
/** Old enough for every Python to run. */
const question = 'import sys; sys.stdout.write("%d.%d.%d\\n%s" % (sys.version_info[:3] + (sys.executable,)))';
const advice =
  'Install Python 3.10 or newer, or name one in mxcp-site.yml: python: {interpreter: /path/to/python3}';

/**
 * The Python that runs the project's code: the configured one, else that of the active virtual environment, else
 * that of the project's `.venv`, else `python3` (python.md §9.1). The first that exists is taken, so that a wrong
 * version is reported rather than passed over.
 * @throws EndpointCodeError that says what was looked for, what was found and what to do
 */
export async function findInterpreter(settings: InterpreterSettings): Promise<Interpreter> {
  const candidates = candidatesOf(settings);
  for (const candidate of candidates) {
    if (isAbsolute(candidate.path) && !(await exists(candidate.path))) continue;
    const answer = await ask(candidate.path);
    if (answer.kind === 'missing') continue;
    if (answer.kind === 'failed') {
      throw new EndpointCodeError(`${shown(candidate)} could not be run: ${answer.reason}. ${advice}`);
    }
    if (isTooOld(answer.interpreter.version)) {
      throw new EndpointCodeError(
        `${shown(candidate)} is Python ${answer.interpreter.version}, which is too old. ${advice}`,
      );
    }
    return answer.interpreter;
  }
  const places = candidates.map(shown).join(', ');
  throw new EndpointCodeError(`No Python was found. Looked for ${places}. ${advice}`);
}

function candidatesOf({ root, interpreter, virtualEnv }: InterpreterSettings): readonly Candidate[] {
  if (interpreter !== null) {
    // a bare name is looked for on PATH, as a shell does
    const path = interpreter.includes('/') ? resolve(root, interpreter) : interpreter;
    return [{ path, origin: 'python.interpreter' }];
  }
  const active =
    virtualEnv === null
      ? []
      : [{ path: join(resolve(root, virtualEnv), 'bin/python'), origin: 'the active virtual environment' }];
  return [
    ...active,
    { path: join(root, '.venv/bin/python'), origin: "the project's .venv" },
    { path: 'python3', origin: 'PATH' },
  ];
}

function shown({ path, origin }: Candidate): string {
  return `${path} (${origin})`;
}

type Answer =
  | { readonly kind: 'answered'; readonly interpreter: Interpreter }
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly reason: string };

/** Without site-packages, which is quicker. Also finds the real program behind a launcher script, which would only cost time at every start. */
function ask(path: string): Promise<Answer> {
  return new Promise((settle) => {
    execFile(path, ['-S', '-c', question], { timeout: ANSWER_TIMEOUT_MS }, (error, stdout) => {
      if (error !== null) {
        settle(error.code === 'ENOENT' ? { kind: 'missing' } : { kind: 'failed', reason: reasonOf(error) });
        return;
      }
      const [version = '', executable = ''] = stdout.split('\n');
      settle(
        /^\d+\.\d+\.\d+$/.test(version)
          ? { kind: 'answered', interpreter: { path: executable === '' ? path : executable, version } }
          : { kind: 'failed', reason: 'it did not answer like a Python' },
      );
    });
  });
}

function reasonOf(error: { readonly code?: unknown; readonly killed?: boolean }): string {
  if (error.killed === true) return 'it did not answer in time';
  return typeof error.code === 'number' ? `it exited with code ${error.code}` : String(error.code);
}

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    // missing and unreachable are the same here: it cannot be run
    return false;
  }
}
