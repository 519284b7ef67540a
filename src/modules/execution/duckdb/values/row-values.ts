import {
  DuckDBArrayValue,
  DuckDBBitValue,
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
import type { ZoneOffset } from './zone-offset.js';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
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
  const nested = nestedOf(value, offsetAt);
  if (nested !== undefined) return nested;
  const temporal = temporalOf(value, offsetAt);
  return temporal === undefined ? scalarOf(value, offsetAt) : temporal;
}

type BoxedValue = Exclude<DuckDBValue, null | boolean | number | bigint | string>;

function nestedOf(value: BoxedValue, offsetAt: ZoneOffset): JsonValue | undefined {
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) {
    return value.items.map((item) => jsonOf(item, offsetAt));
  }
  if (value instanceof DuckDBStructValue) {
    return objectOf(Object.entries(value.entries).map(([name, member]) => [name, jsonOf(member, offsetAt)]));
  }
  if (value instanceof DuckDBMapValue) {
    return objectOf(
      value.entries.map((entry) => [keyText(jsonOf(entry.key, offsetAt)), jsonOf(entry.value, offsetAt)]),
    );
  }
  return undefined;
}

/** Undefined for what is no date or time. */
function temporalOf(value: BoxedValue, offsetAt: ZoneOffset): string | null | undefined {
  if (value instanceof DuckDBDateValue) return dateText(value.days);
  if (value instanceof DuckDBTimestampValue) return timestampText(value.micros, 6);
  if (value instanceof DuckDBTimestampTZValue) return timestampTzText(value.micros, offsetAt);
  if (value instanceof DuckDBTimestampSecondsValue) return timestampText(value.seconds, 0);
  if (value instanceof DuckDBTimestampMillisecondsValue) return timestampText(value.millis, 3);
  if (value instanceof DuckDBTimestampNanosecondsValue) return timestampText(value.nanos, 9);
  if (value instanceof DuckDBTimeValue) return timeText(value.micros);
  if (value instanceof DuckDBTimeNSValue) return timeText(value.nanos, 9);
  if (value instanceof DuckDBTimeTZValue) return timeTzText(value.micros, value.offset);
  if (value instanceof DuckDBIntervalValue) return intervalText(value.months, value.days, value.micros);
  return undefined;
}

function scalarOf(value: BoxedValue, offsetAt: ZoneOffset): JsonValue {
  if (value instanceof DuckDBDecimalValue) return decimalOf(value);
  if (value instanceof DuckDBBlobValue || value instanceof DuckDBGeometryValue) return bytesText(value.bytes);
  if (value instanceof DuckDBUnionValue || value instanceof DuckDBVariantValue) {
    return jsonOf(value.value, offsetAt);
  }
  if (value instanceof DuckDBBitValue) return value.toString();
  return String(value);
}

function decimalOf(decimal: DuckDBDecimalValue): number {
  const scaled = Number(decimal.value);
  const power = exactPowers[decimal.scale];
  return Number.isSafeInteger(scaled) && power !== undefined ? scaled / power : Number(decimal.toString());
}

/** The bytes as UTF-8 text, else base64. */
function bytesText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return Buffer.from(bytes).toString('base64');
    throw error;
  }
}

function keyText(key: JsonValue): string {
  return typeof key === 'string' ? key : toJsonText(key);
}
