import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { JsonValue } from '../../../common/domain/json.js';
import { parseJsonText } from '../../../common/domain/json-text.js';
import { hasErrorCode } from '../../../common/errors/os-error.js';
import { invalidValue } from '../usage.js';
import { decodeJson } from './json-encoding.js';
import { syntaxDetail } from './json-syntax.js';

/** The sentences of one kind of JSON input. */
export interface JsonInputWords {
  /** `User context file`: what is not found. */
  readonly file: string;
  /** `user context file`: what holds bad JSON; the path follows. */
  readonly inFile: string;
}

/**
 * Reads a JSON file named on the command line, in UTF-8, -16 or -32.
 * @param path relative to `cwd`; `~` means nothing special
 * @throws UsageError
 */
export async function readJsonFile(path: string, cwd: string, words: JsonInputWords): Promise<JsonValue> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(resolve(cwd, path));
  } catch (error) {
    const isAbsent = hasErrorCode(error, 'ENOENT', 'ENOTDIR');
    throw invalidValue(`${words.file} ${isAbsent ? 'not found' : 'cannot be read'}: ${path}`);
  }
  return parseJson(decodeJson(bytes), `${words.inFile} ${path}`);
}

/**
 * Parses JSON text.
 * @param where what the text is, for the message, which never shows the text itself
 * @throws UsageError
 */
export function parseJson(text: string, where: string): JsonValue {
  try {
    return parseJsonText(text);
  } catch (error) {
    throw invalidValue(`Invalid JSON in ${where}: ${syntaxDetail(text, error)}`);
  }
}
