import type { Command, CommanderError } from 'commander';
import { UsageError } from '../../common/errors/config-errors.js';

/** A usage error in the words that scripts and people know from the reference. */
export function usageText(error: UsageError | CommanderError, command: Command): string {
  if (error instanceof UsageError) return error.message;
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  switch (error.code) {
    case 'commander.unknownOption':
      return `No such option '${quoted.split('=')[0] ?? quoted}'.`;
    case 'commander.optionMissingArgument':
      return `Option '${longName(quoted)}' requires an argument.`;
    case 'commander.missingArgument':
      return wrongArgument(command) ?? `Missing argument '${quoted}'.`;
    case 'commander.unknownCommand':
      return `No such command '${quoted}'.`;
    case 'commander.excessArguments': {
      const extra = command.args.slice(command.registeredArguments.length);
      return `Got unexpected extra argument${extra.length === 1 ? '' : 's'} (${extra.join(' ')})`;
    }
    default:
      return error.message.replace(/^error: /, '');
  }
}

/** What is wrong with an argument before the missing one: in `run my_tool` the type is missing, not the name. */
function wrongArgument(command: Command): string | null {
  try {
    command.args.forEach((value, index) => {
      command.registeredArguments[index]?.parseArg?.(value, undefined);
    });
    return null;
  } catch (error) {
    return error instanceof UsageError ? error.message : null;
  }
}

/** An error of a parameter's value: `Invalid value: <text>`. */
export function invalidValue(text: string): UsageError {
  return new UsageError(`Invalid value: ${text}`);
}

/** An error of the value of one option or argument: `Invalid value for '--port': <text>`. */
export function invalidValueFor(name: string, text: string): UsageError {
  return new UsageError(`Invalid value for '${name}': ${text}`);
}

/** Reads one of a fixed set of values. */
export function oneOf(name: string, choices: readonly string[]): (value: string) => string {
  return (value) => {
    if (choices.includes(value)) return value;
    const list = choices.map((choice) => `'${choice}'`).join(', ');
    throw invalidValueFor(name, `'${value}' is not one of ${list}.`);
  };
}

/** `--param` of `-p, --param <NAME=VALUE>`; `--json-output` of `--json, --json-output`. */
function longName(flags: string): string {
  const names = flags.split(/[ ,]+/).filter((part) => part.startsWith('--'));
  return names.at(-1) ?? flags;
}
