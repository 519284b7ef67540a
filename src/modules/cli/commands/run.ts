import { Argument, type Command } from 'commander';
import type { EndpointKind } from '../../../common/domain/endpoint.js';
import type { Answer } from '../../../common/domain/output.js';
import { LoadedConfig } from '../../../common/ports/loaded-config.js';
import { callEndpoint, valueOf } from '../call.js';
import type { CliCommand } from '../cli-command.js';
import { exitCode } from '../exit-code.js';
import { readCallOptions, withCallOptions, type CallOptions } from '../input/call-options.js';
import type { Params } from '../input/param-options.js';
import { configRequest, exampleText } from '../options.js';
import type { Printer } from '../printer.js';
import { modeLines, parameterLines } from '../render/call-header.js';
import { contentLines } from '../render/content-lines.js';
import { resultLines } from '../render/result-lines.js';
import type { Session } from '../session.js';
import { oneOf } from '../usage.js';

interface RunOptions extends CallOptions {
  readonly skipOutputValidation?: boolean;
}

const kinds = '{tool|resource|prompt}';

/** `mxcp run TYPE NAME` (cli.md §4.3): one call of one endpoint. */
export const runCommand: CliCommand = {
  name: 'run',
  summary: 'Run a tool, resource or prompt.',
  isCallOfEndpoint: true,

  declare(command: Command): void {
    command
      .usage(`[OPTIONS] ${kinds} NAME`)
      .description('Run a tool, resource or prompt under its policies and print the result.')
      .addArgument(
        new Argument(`<${kinds}>`, 'What to run.').argParser(oneOf(kinds, ['tool', 'resource', 'prompt'])),
      )
      .argument('<NAME>', 'Its name; for a resource its URI or URI template.')
      .option('--skip-output-validation', 'Do not check the result against the return type.');
    withCallOptions(command).addHelpText(
      'after',
      exampleText(
        'mxcp run tool hello_world --param name=World',
        'mxcp run tool add_rows -p rows=@rows.json --json',
        "mxcp run resource 'fleet://vehicle/WZ1'",
        `mxcp run tool salaries -u '{"user_id": "ada", "role": "hr"}'`,
      ),
    );
  },

  async execute(session: Session, command: Command): Promise<number> {
    // commander has checked both
    const [kind, name] = command.args as [EndpointKind, string];
    const options = command.opts<RunOptions>();
    const { params, ...caller } = await readCallOptions(options, session.host.cwd);
    const { printer, signal } = session;

    const answer = await session.inCore(configRequest(options), (context) => {
      const { readonly } = context.get(LoadedConfig).config.database;
      printHeader(printer, `${kind} ${name}`, params, readonly);
      return callEndpoint(context, {
        kind,
        target: name,
        arguments: params.values,
        // a prompt has no return type, and its input checks are never skipped
        checkOutput: options.skipOutputValidation !== true || kind === 'prompt',
        ...caller,
        signal,
      });
    });
    printer.result(valueOf(answer), () => successLines(answer, printer));
    return exitCode.done;
  },
};

function printHeader(printer: Printer, title: string, params: Params, isReadonly: boolean): void {
  if (printer.isJson) return;
  const lines = [
    '',
    `🚀 Running ${title}`,
    ...parameterLines(params.shown, ''),
    ...modeLines(isReadonly),
    '',
  ];
  for (const line of lines) printer.line(line);
}

function successLines(answer: Answer, { colors, isDebug }: Printer): readonly string[] {
  return [
    colors.green('✅ Success!'),
    ...(answer.kind === 'value' ? resultLines(answer.value, 'Results') : contentLines(answer.blocks)),
    ...(isDebug ? ['', '⏱️  Execution completed'] : []),
  ];
}
