import { itemsOf, numberOf, order, sequenceOf } from './operators.js';
import { TemplateError } from './template-errors.js';
import { floatText } from './text.js';
import { Dict, textOf, typeName, Undefined, type Value } from './values.js';
import type { Work } from './work.js';

/**
 * JSON as Jinja2's `tojson` writes it: keys sorted, blanks after `,` and `:`, ASCII only, and the
 * characters that HTML minds escaped.
 * @throws TemplateError for values that JSON cannot hold
 */
export function jsonDump(value: Value, indent: Value, work: Work): string {
  const unit = indentUnit(indent, work);
  return dump(value, unit, '\n', work).replace(
    /[<>&']/gu,
    (char) => `\\u00${char.charCodeAt(0).toString(16)}`,
  );
}

function indentUnit(indent: Value, work: Work): string | null {
  if (indent === null) return null;
  const count = numberOf(indent);
  if (typeof count !== 'bigint') return textOf(indent) ?? '';
  work.room(count);
  return ' '.repeat(Math.max(0, Number(count)));
}

function dump(value: Value, unit: string | null, line: string, work: Work): string {
  work.spend(1);
  const text = textOf(value);
  if (text !== null) return jsonText(text);
  if (value === null) return 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return jsonFloat(value);
  return work.nested(() => {
    const items = sequenceOf(value);
    const inner = line + (unit ?? '');
    if (items !== null)
      return wrapped(
        '[',
        items.map((item) => dump(item, unit, inner, work)),
        ']',
        unit,
        line,
      );
    if (value instanceof Dict) {
      const members = sortedKeys(value, work).map(
        (key) => `${jsonText(keyText(key))}: ${dump(value.get(key) ?? null, unit, inner, work)}`,
      );
      return wrapped('{', members, '}', unit, line);
    }
    const name = value instanceof Undefined ? 'Undefined' : typeName(value);
    throw new TemplateError(`Object of type ${name} is not JSON serializable`);
  });
}

function sortedKeys(dict: Dict, work: Work): readonly Value[] {
  return itemsOf(dict, work).sort((a, b) => order(a, b));
}

function keyText(key: Value): string {
  const text = textOf(key);
  if (text !== null) return text;
  if (key === null) return 'null';
  if (typeof key === 'boolean') return key ? 'true' : 'false';
  if (typeof key === 'bigint') return key.toString();
  if (typeof key === 'number') return jsonFloat(key);
  throw new TemplateError(`keys must be str, int, float, bool or None, not ${typeName(key)}`);
}

function wrapped(
  open: string,
  parts: readonly string[],
  close: string,
  unit: string | null,
  line: string,
): string {
  if (parts.length === 0) return open + close;
  if (unit === null) return open + parts.join(', ') + close;
  return open + line + unit + parts.join(`,${line}${unit}`) + line + close;
}

function jsonText(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function jsonFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? floatText(value) : value > 0 ? 'Infinity' : '-Infinity';
}
