import { objectOf, type JsonObject, type JsonValue } from '../../../common/domain/json.js';
import { invalidValue } from '../usage.js';
import { readJsonFile } from './json-input.js';

/** What `--param` gave: the arguments, and how each is shown before the call. */
export interface Params {
  readonly values: JsonObject;
  readonly shown: readonly (readonly [name: string, text: string])[];
}

const SHOWN_LENGTH = 50;

/**
 * Reads `name=value` and `name=@file.json` (cli.md §2.1). Values stay text; a file is JSON of any kind. The last
 * of a repeated name counts.
 * @throws UsageError
 */
export async function readParams(given: readonly string[], cwd: string): Promise<Params> {
  const values = new Map<string, JsonValue>();
  const shown = new Map<string, string>();
  for (const text of given) {
    const split = text.indexOf('=');
    if (split === -1) {
      throw invalidValue(`Parameter must be in format name=value or name=@file.json: ${text}`);
    }
    const name = text.slice(0, split);
    const value = text.slice(split + 1);
    if (value.startsWith('@')) {
      const path = value.slice(1);
      values.set(name, await readJsonFile(path, cwd, { file: 'JSON file', inFile: 'file' }));
      shown.set(name, `<from file: ${path}>`);
    } else {
      values.set(name, value);
      shown.set(name, shorten(value));
    }
  }
  return { values: objectOf(values), shown: [...shown] };
}

/** Collects a repeated option. */
export function collect(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value];
}

function shorten(text: string): string {
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}...` : text;
}
