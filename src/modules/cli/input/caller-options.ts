import { credentialHeaders } from '../../../common/domain/credential-headers.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../common/domain/json.js';
import { toJsonText } from '../../../common/domain/json-text.js';
import {
  anonymous,
  principalFromContext,
  userContextProblem,
  type Principal,
} from '../../../common/domain/principal.js';
import { invalidValue } from '../usage.js';
import { parseJson, readJsonFile, type JsonInputWords } from './json-input.js';

/**
 * Who `--user-context` says is calling (cli.md §2.2); anonymous without it.
 * @param given JSON text, or `@path` of a JSON file
 * @throws UsageError
 */
export async function readPrincipal(given: string | undefined, cwd: string): Promise<Principal> {
  if (given === undefined) return anonymous;
  const context = await readObject(given, cwd, 'User context', 'user context');
  const problem = userContextProblem(context);
  if (problem !== null) throw invalidValue(`User context: ${problem}`);
  return principalFromContext(context, 'cli', 'cli_user');
}

/**
 * The headers of `--request-headers` by lower-case name, without credentials (cli.md §2.3).
 * @throws UsageError
 */
export async function readHeaders(
  given: string | undefined,
  cwd: string,
): Promise<Readonly<Record<string, string>>> {
  if (given === undefined) return {};
  const headers = await readObject(given, cwd, 'Request headers', 'request headers');
  return Object.fromEntries(
    Object.entries(headers)
      .map(([name, value]): [string, string] => [name.toLowerCase(), headerText(value)])
      .filter(([name]) => !credentialHeaders.has(name)),
  );
}

async function readObject(given: string, cwd: string, title: string, noun: string): Promise<JsonObject> {
  const words: JsonInputWords = { file: `${title} file`, inFile: `${noun} file` };
  const value = given.startsWith('@')
    ? await readJsonFile(given.slice(1), cwd, words)
    : parseJson(given, noun);
  if (!isJsonObject(value)) throw invalidValue(`${title} must be a JSON object`);
  return value;
}

function headerText(value: JsonValue): string {
  return typeof value === 'string' ? value : toJsonText(value);
}
