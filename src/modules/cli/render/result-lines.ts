import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../common/domain/json.js';
import { toJsonText } from '../../../common/domain/json-text.js';
import { valueText } from './cell-text.js';
import { listLines, tableLines } from './table.js';

/** Rows shown, and looked at to tell whether they share their columns. */
const SHOWN_ROWS = 100;

/** A result as people read it (cli.md §3). */
export function resultLines(result: JsonValue, title: string): readonly string[] {
  if (isJsonArray(result) && result.length > 0) return ['', ...sequenceLines(result, title)];
  if (typeof result === 'object' && result !== null) return ['', '📋 Result:', toJsonText(result, 2)];
  return ['', `📋 Result: ${valueText(result)}`];
}

function sequenceLines(items: readonly JsonValue[], title: string): readonly string[] {
  const shown = items.slice(0, SHOWN_ROWS);
  const rows = shown.filter((item): item is JsonObject => isJsonObject(item));
  if (rows.length === shown.length && haveEqualKeys(rows)) {
    return [`📊 ${title} (${items.length} rows):`, '', ...tableLines(rows), ...rest(items, 'rows')];
  }
  return [
    ...warning(rows.length, shown.length),
    `📊 ${title} (${items.length} items):`,
    '',
    ...listLines(shown),
    ...rest(items, 'items'),
  ];
}

function haveEqualKeys(rows: readonly JsonObject[]): boolean {
  const keys = new Set(Object.keys(rows[0] ?? {}));
  return (
    keys.size > 0 &&
    rows.every((row) => {
      const own = Object.keys(row);
      return own.length === keys.size && own.every((key) => keys.has(key));
    })
  );
}

function warning(objects: number, all: number): readonly string[] {
  if (objects === 0) return [];
  return objects === all
    ? ['⚠️  Warning: Inconsistent dict keys found. Displaying as list.', '']
    : ['⚠️  Warning: Mixed data types found. Displaying all as strings.', ''];
}

function rest(items: readonly JsonValue[], noun: string): readonly string[] {
  const more = items.length - SHOWN_ROWS;
  return more > 0 ? ['', `... and ${more} more ${noun}`] : [];
}
