import type { JsonValue } from '../../../common/domain/json.js';
import { toJsonText } from '../../../common/domain/json-text.js';

const MAX_WIDTH = 50;

/** C0, DEL and C1: a value must not move the cursor or end the row. */
const controls = /[\u0000-\u001f\u007f-\u009f]/g;

/** A value as one line of text: `NULL`, `true`, numbers, text as it is, nested values as compact JSON. */
export function valueText(value: JsonValue): string {
  if (value === null) return 'NULL';
  return typeof value === 'string' ? value : toJsonText(value);
}

/** A value as a table cell: at most 50 characters, longer ones end in `...`; control characters are escaped. */
export function cellText(value: JsonValue): string {
  const text = valueText(value).replace(controls, (control) => JSON.stringify(control).slice(1, -1));
  const points = Array.from(text);
  return points.length > MAX_WIDTH ? points.slice(0, MAX_WIDTH - 3).join('') + '...' : text;
}

/** Characters as people count them, good enough to align columns. */
export function widthOf(text: string): number {
  return Array.from(text).length;
}

export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}
