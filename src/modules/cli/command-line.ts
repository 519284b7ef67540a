import { Command } from 'commander';
import type { CliCommand } from './cli-command.js';
import type { Host } from './host.js';

type Execute = (cliCommand: CliCommand, command: Command) => Promise<void>;

/** Everything that can be typed after `mxcp`, as commander reads it. */
export function commandLine(host: Host, commands: readonly CliCommand[], execute: Execute): Command {
  const program = new Command('mxcp')
    .usage('[OPTIONS] [COMMAND] [ARGS]...')
    .description('Turns a folder of YAML tools, resources and prompts into a governed MCP server.')
    .version(`mxcp ${host.version}`, '--version', 'Show the version and exit.')
    .helpOption('--help', 'Show this message and exit.')
    .helpCommand(false)
    .addHelpText(
      'after',
      "\nStart with 'mxcp init my-project --bootstrap', then 'mxcp serve' in that folder.",
    )
    .showSuggestionAfterError(false)
    .exitOverride()
    .configureHelp({ sortSubcommands: true, subcommandTerm: (command) => command.name() })
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      // commander's own errors are worded and printed by the program
      writeErr: (text) => host.stdout.write(text),
      outputError: () => undefined,
      getOutHelpWidth: () => widthOf(host),
      getErrHelpWidth: () => widthOf(host),
    });
  for (const cliCommand of commands) {
    const command = program
      .command(cliCommand.name)
      .summary(cliCommand.summary)
      .allowExcessArguments(false)
      .action(() => execute(cliCommand, command));
    cliCommand.declare(command);
  }
  return program;
}

/** The command that a command line is for, as far as it can be told. */
export function findCommand(program: Command, argv: readonly string[]): Command {
  return program.commands.find((command) => command.name() === argv[0]) ?? program;
}

function widthOf({ stdout, env }: Host): number {
  return (stdout.isTTY ? stdout.columns : Number(env['COLUMNS'])) || 80;
}
