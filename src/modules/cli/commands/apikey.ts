import { randomBytes } from 'node:crypto';
import { Argument, type Command } from 'commander';
import { apiKeyUserId } from '../../../common/domain/api-key.js';
import type { CliCommand } from '../cli-command.js';
import { exitCode } from '../exit-code.js';
import { exampleText } from '../options.js';
import type { Session } from '../session.js';
import { invalidValueFor, oneOf } from '../usage.js';

interface KeyOptions {
  readonly name?: string;
}

/** `mxcp apikey generate` (operations.md §15): a key for `x-api-key`; it is kept nowhere. */
export const apikeyCommand: CliCommand = {
  name: 'apikey',
  summary: 'Make a key for callers that do not sign in.',
  isCallOfEndpoint: false,

  declare(command: Command): void {
    command
      .usage('[OPTIONS] {generate}')
      .description(
        'Make an API key: 32 random bytes, in hex. The key goes to stdout, how to use it to stderr; ' +
          'nothing is stored.',
      )
      .addArgument(new Argument('<{generate}>', 'What to do.').argParser(oneOf('{generate}', ['generate'])))
      .option('--name <NAME>', 'Name that callers with this key have.', readName)
      .option('--json, --json-output', 'Print one JSON document instead of text.')
      .option('--debug', 'Show tracebacks on failure.')
      .addHelpText(
        'after',
        exampleText('mxcp apikey generate --name ci', 'MCP_API_KEYS="ci=$(mxcp apikey generate)" mxcp serve'),
      );
  },

  execute({ printer }: Session, command: Command): Promise<number> {
    const name = command.opts<KeyOptions>().name ?? null;
    const key = randomBytes(32).toString('hex');
    const entry = name === null ? key : `${name}=${key}`;
    const userId = apiKeyUserId(key);
    printer.result({ key, name, entry, user_id: userId }, () => [key]);
    if (!printer.isJson) for (const line of usageLines(entry, userId)) printer.notice(line);
    return Promise.resolve(exitCode.done);
  },
};

function usageLines(entry: string, userId: string): readonly string[] {
  return [
    '',
    'Give it to the server, beside keys that it has already (separated by commas):',
    `  MCP_API_KEYS=${entry}`,
    'and to the caller, who sends it with every request:',
    '  x-api-key: <the key>',
    `Audit records call whoever uses it ${userId}. It is shown only now.`,
  ];
}

/** What the entries of `MCP_API_KEYS` take for a name. */
function readName(value: string): string {
  if (/^[\w.-]+$/.test(value)) return value;
  throw invalidValueFor('--name', `'${value}' may only have letters, digits, '_', '.' and '-'.`);
}
