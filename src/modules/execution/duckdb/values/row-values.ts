import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBGeometryValue,
  DuckDBIntervalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimeNSValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeTZValue,
  DuckDBTimeValue,
  DuckDBUnionValue,
  DuckDBVariantValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import { exactInteger, objectOf, type JsonValue } from '../../../../common/domain/json.js';
import { toJsonText } from '../../../../common/domain/json-text.js';
import {
  dateText,
  intervalText,
  timestampText,
  timestampTzText,
  timeText,
  timeTzText,
} from './temporal-text.js';
import { bytesText } from '../../bytes-text.js';
import type { ZoneOffset } from './zone-offset.js';

/** Powers of ten that a double holds exactly, so that one division rounds once. */
const exactPowers = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/**
 * A DuckDB value as plain data, alike in every position (endpoints.md §2.8): integers with all their
 * digits, DECIMAL as a number, NaN and infinities null, dates and times as ISO text.
 * @param offsetAt of the session's zone, for TIMESTAMPTZ
 */
export function jsonOf(value: DuckDBValue, offsetAt: ZoneOffset): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'bigint') return exactInteger(value);
  const convert = converters.get(value.constructor);
  return convert === undefined ? String(value) : convert(value, offsetAt);
}

type BoxedValue = Exclude<DuckDBValue, null | boolean | number | bigint | string>;
type Converter = (value: BoxedValue, offsetAt: ZoneOffset) => JsonValue;

/** By class: a chain of `instanceof` would cost more than the conversion. What is missing is its own text. */
const converters: ReadonlyMap<unknown, Converter> = new Map([
  entry(DuckDBDecimalValue, decimalOf),
  entry(DuckDBDateValue, ({ days }) => dateText(days)),
  entry(DuckDBTimestampValue, ({ micros }) => timestampText(micros, 6)),
  entry(DuckDBTimestampTZValue, ({ micros }, offsetAt) => timestampTzText(micros, offsetAt)),
  entry(DuckDBTimestampSecondsValue, ({ seconds }) => timestampText(seconds, 0)),
  entry(DuckDBTimestampMillisecondsValue, ({ millis }) => timestampText(millis, 3)),
  entry(DuckDBTimestampNanosecondsValue, ({ nanos }) => timestampText(nanos, 9)),
  entry(DuckDBTimeValue, ({ micros }) => timeText(micros)),
  entry(DuckDBTimeNSValue, ({ nanos }) => timeText(nanos, 9)),
  entry(DuckDBTimeTZValue, ({ micros, offset }) => timeTzText(micros, offset)),
  entry(DuckDBIntervalValue, ({ months, days, micros }) => intervalText(months, days, micros)),
  entry(DuckDBListValue, listOf),
  entry(DuckDBArrayValue, listOf),
  entry(DuckDBStructValue, ({ entries }, offsetAt) =>
    objectOf(Object.entries(entries).map(([name, member]) => [name, jsonOf(member, offsetAt)])),
  ),
  entry(DuckDBMapValue, ({ entries }, offsetAt) =>
    objectOf(entries.map(({ key, value }) => [keyText(jsonOf(key, offsetAt)), jsonOf(value, offsetAt)])),
  ),
  entry(DuckDBUnionValue, ({ value }, offsetAt) => jsonOf(value, offsetAt)),
  entry(DuckDBVariantValue, ({ value }, offsetAt) => jsonOf(value, offsetAt)),
  entry(DuckDBBlobValue, ({ bytes }) => bytesText(bytes)),
  entry(DuckDBGeometryValue, ({ bytes }) => bytesText(bytes)),
]);

function entry<T extends BoxedValue>(
  type: abstract new (...parameters: never[]) => T,
  convert: (value: T, offsetAt: ZoneOffset) => JsonValue,
): readonly [unknown, Converter] {
  return [type, (value, offsetAt) => convert(value as T, offsetAt)];
}

function listOf(list: DuckDBListValue | DuckDBArrayValue, offsetAt: ZoneOffset): JsonValue {
  return list.items.map((item) => jsonOf(item, offsetAt));
}

function decimalOf(decimal: DuckDBDecimalValue): number {
  const scaled = Number(decimal.value);
  const power = exactPowers[decimal.scale];
  return Number.isSafeInteger(scaled) && power !== undefined ? scaled / power : Number(decimal.toString());
}

function keyText(key: JsonValue): string {
  return typeof key === 'string' ? key : toJsonText(key);
}
