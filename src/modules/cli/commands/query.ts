import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { isJsonArray, type JsonValue } from '../../../common/domain/json.js';
import { queryTarget } from '../../../common/domain/query-target.js';
import { hasErrorCode } from '../../../common/errors/os-error.js';
import { LoadedConfig } from '../../../common/ports/loaded-config.js';
import { callEndpoint, valueOf } from '../call.js';
import type { CliCommand } from '../cli-command.js';
import { exitCode } from '../exit-code.js';
import { readCallOptions, withCallOptions, type CallOptions } from '../input/call-options.js';
import type { Params } from '../input/param-options.js';
import { configRequest, exampleText } from '../options.js';
import type { Printer } from '../printer.js';
import { modeLines, parameterLines } from '../render/call-header.js';
import { resultLines } from '../render/result-lines.js';
import type { Session } from '../session.js';
import { invalidValue, invalidValueFor } from '../usage.js';

interface QueryOptions extends CallOptions {
  readonly file?: string;
}

const SHOWN_SQL_LINES = 5;
const SHOWN_ROWS = 100;

/** `mxcp query [SQL]` (cli.md §4.4): a call of the built-in SQL endpoint. */
export const queryCommand: CliCommand = {
  name: 'query',
  summary: 'Run SQL on the project database.',
  isCallOfEndpoint: true,

  declare(command: Command): void {
    command
      .usage('[OPTIONS] [SQL]')
      .description("Run SQL on the project database and print the last statement's rows.")
      .argument('[SQL]', 'SQL to run; or name a file with --file.')
      .option('--file <PATH>', 'Read the SQL from a file.');
    withCallOptions(command).addHelpText(
      'after',
      exampleText(
        'mxcp query "SELECT * FROM sales LIMIT 10"',
        "mxcp query 'SELECT * FROM sales WHERE city = $city' -p city=Bern --json",
        'mxcp query --file report.sql --readonly',
      ),
    );
  },

  async execute(session: Session, command: Command): Promise<number> {
    const options = command.opts<QueryOptions>();
    const { cwd } = session.host;
    const sql = await readSql(command.args[0], options.file, cwd);
    const { params, ...caller } = await readCallOptions(options, cwd);
    const { printer, signal } = session;

    const answer = await session.inCore(configRequest(options), (context) => {
      const { readonly } = context.get(LoadedConfig).config.database;
      if (!printer.isJson) {
        for (const line of headerLines(sql, options.file, params, readonly)) printer.line(line);
      }
      return callEndpoint(context, {
        kind: 'tool',
        target: queryTarget,
        arguments: { sql, params: params.values },
        checkOutput: true,
        ...caller,
        signal,
      });
    });
    const result = valueOf(answer);
    printer.result(result, () => successLines(result, printer));
    return exitCode.done;
  },
};

async function readSql(given: string | undefined, file: string | undefined, cwd: string): Promise<string> {
  const hasSql = given !== undefined && given !== '';
  if (!hasSql && file === undefined) throw invalidValue('Either SQL query or --file must be provided');
  if (hasSql && file !== undefined) throw invalidValue('Cannot provide both SQL query and --file');
  const sql = file === undefined ? (given ?? '') : await readSqlFile(file, cwd);
  if (sql.trim() === '') throw invalidValue('SQL query cannot be empty');
  return sql;
}

async function readSqlFile(file: string, cwd: string): Promise<string> {
  try {
    return (await readFile(resolve(cwd, file), 'utf8')).replace(/^\ufeff/, '');
  } catch (error) {
    const isAbsent = hasErrorCode(error, 'ENOENT');
    throw invalidValueFor('--file', `Path '${file}' ${isAbsent ? 'does not exist' : 'cannot be read'}.`);
  }
}

function headerLines(
  sql: string,
  file: string | undefined,
  params: Params,
  isReadonly: boolean,
): readonly string[] {
  const lines = sql.trim().split(/\r?\n/);
  return [
    '',
    '🔍 Executing Query',
    ...(file === undefined ? [] : [`   • Source: ${file}`]),
    '',
    '📝 SQL:',
    ...lines.slice(0, SHOWN_SQL_LINES).map((line) => `   ${line}`),
    ...(lines.length > SHOWN_SQL_LINES ? ['   ...'] : []),
    '',
    ...parameterLines(params.shown, '$'),
    ...modeLines(isReadonly),
    '⏳ Running...',
    '',
  ];
}

function successLines(result: JsonValue, { colors }: Printer): readonly string[] {
  const success = colors.green('✅ Query executed successfully!');
  if (!isJsonArray(result)) return [success, ...resultLines(result, 'Query Results')];
  if (result.length === 0) return [success, '', 'ℹ️  No results returned'];
  const tip = ['', '💡 Tip: Use --json-output to get all rows'];
  return [success, ...resultLines(result, 'Query Results'), ...(result.length > SHOWN_ROWS ? tip : [])];
}
