import { CommanderError, type Command } from 'commander';
import { UsageError } from '../../common/errors/config-errors.js';
import { ExecutionCancelledError } from '../../common/errors/endpoint-errors.js';
import type { CliCommand } from './cli-command.js';
import { commandLine, findCommand } from './command-line.js';
import { apikeyCommand } from './commands/apikey.js';
import { healthcheckCommand } from './commands/healthcheck.js';
import { initCommand } from './commands/init.js';
import { listCommand } from './commands/list.js';
import { queryCommand } from './commands/query.js';
import { runCommand } from './commands/run.js';
import { serveCommand } from './commands/serve.js';
import { validateCommand } from './commands/validate.js';
import { exitCode, exitCodeOf } from './exit-code.js';
import { failureOf } from './failure.js';
import type { Host } from './host.js';
import { isFlagGiven } from './options.js';
import { Printer } from './printer.js';
import { Session } from './session.js';
import { usageText } from './usage.js';

export type { Host, ServerHandle, ServerOptions } from './host.js';

const commands: readonly CliCommand[] = [
  apikeyCommand,
  healthcheckCommand,
  initCommand,
  listCommand,
  queryCommand,
  runCommand,
  serveCommand,
  validateCommand,
];

/** How long a command may take to end itself after Ctrl-C. */
const INTERRUPT_GRACE_MS = 3000;

/** Runs one command line; the exit code. Never throws and never ends the process. */
export async function runProgram(host: Host): Promise<number> {
  ignoreClosedPipes(host);
  const printer = new Printer({
    ...host,
    isJson: isFlagGiven(host.argv, '--json', '--json-output'),
    isDebug: isFlagGiven(host.argv, '--debug'),
  });
  let code: number = exitCode.done;
  const program = commandLine(host, commands, async (cliCommand, command) => {
    code = await execute(host, printer, cliCommand, command);
  });
  try {
    if (host.argv.length === 0) program.outputHelp();
    else await program.parseAsync(host.argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCode.done;
    return reportUsage(printer, findCommand(program, host.argv), error);
  }
}

/** One command under Ctrl-C; its failures are printed here, usage errors are the caller's. */
async function execute(
  host: Host,
  printer: Printer,
  cliCommand: CliCommand,
  command: Command,
): Promise<number> {
  const interruption = new AbortController();
  const release = host.onInterrupt(() => {
    interruption.abort(new ExecutionCancelledError());
  });
  const session = new Session(host, printer, interruption.signal, release);
  try {
    return await Promise.race([cliCommand.execute(session, command), overdue(interruption.signal)]);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (interruption.signal.aborted || error instanceof ExecutionCancelledError) {
      return reportInterruption(printer, cliCommand);
    }
    return reportFailure(printer, error);
  } finally {
    release();
  }
}

/** Rejects some time after the signal fired; never settles otherwise. */
function overdue(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      setTimeout(reject, INTERRUPT_GRACE_MS, signal.reason).unref();
    });
  });
}

function reportFailure(printer: Printer, cause: unknown): number {
  const { message, error, advice, saysAborted } = failureOf(cause, printer.isDebug);
  printer.failure(message, error);
  if (advice !== null) printer.notice(advice);
  if (saysAborted) printer.notice('Aborted!');
  return exitCodeOf(error);
}

function reportInterruption(printer: Printer, command: CliCommand): number {
  const text = 'Operation cancelled by user';
  if (printer.isJson) printer.failure(text, new ExecutionCancelledError());
  else if (command.isCallOfEndpoint) printer.notice(text);
  printer.notice('Aborted!');
  return exitCode.failed;
}

/** Code 2 always explains itself on stderr; in JSON mode the envelope is on stdout as well (cli.md §1.4). */
function reportUsage(printer: Printer, command: Command, error: unknown): number {
  if (!(error instanceof UsageError || error instanceof CommanderError)) return reportFailure(printer, error);
  const message = usageText(error, command);
  if (printer.isJson) printer.failure(message, error);
  const path = command.parent === null ? 'mxcp' : `mxcp ${command.name()}`;
  printer.notice(`Usage: ${path} ${command.usage()}`);
  printer.notice(`Try '${path} --help' for help.`);
  printer.notice();
  printer.notice(`Error: ${message}`);
  return exitCode.usage;
}

/**
 * When the reader of a pipe goes away (`mxcp list | head`), or the disk under stderr is full, there is nobody left
 * to tell. A result that cannot be written is a failure.
 */
function ignoreClosedPipes({ stdout, stderr }: Host): void {
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  stderr.on('error', () => undefined);
}
