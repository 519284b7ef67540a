import type { JsonObject, JsonValue } from '../../../common/domain/json.js';
import { cellText, padded, widthOf } from './cell-text.js';

/** Rows that share their columns, as header, rule and lines. */
export function tableLines(rows: readonly JsonObject[]): readonly string[] {
  const columns = Object.keys(rows[0] ?? {});
  const cells = rows.map((row) => columns.map((column) => cellText(row[column] ?? null)));
  return grid(
    columns.map((column) => cellText(column)),
    cells,
  );
}

/** Values one per line under the header `Value`. */
export function listLines(values: readonly JsonValue[]): readonly string[] {
  return grid(
    ['Value'],
    values.map((value) => [cellText(value)]),
  );
}

function grid(header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = header.map((name, column) =>
    rows.reduce((width, row) => Math.max(width, widthOf(row[column] ?? '')), widthOf(name)),
  );
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => padded(cell, widths[column] ?? 0)).join(' │ ');
  const head = line(header);
  return [head, '─'.repeat(widthOf(head)), ...rows.map(line)];
}
