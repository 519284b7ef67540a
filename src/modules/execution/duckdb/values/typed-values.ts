import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBGeometryValue,
  DuckDBIntervalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeTZValue,
  DuckDBTimeValue,
  DuckDBUnionValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import { exactInteger } from '../../../../common/domain/json.js';
import type { SqlType, TypedValue } from '../../../../common/domain/sql-value.js';
import { isInfiniteDay, isInfiniteMoment, timeTzText } from './temporal-text.js';

/** A DuckDB value in the form that `TypedValue` documents; TIMESTAMP_S and TIMESTAMP_MS in microseconds too. */
export function typedOf(value: DuckDBValue, type: SqlType): TypedValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint') return exactInteger(value);
  const convert = converters.get(value.constructor);
  return convert === undefined ? String(value) : convert(value, type);
}

/** Of a value that is not what its type says. */
const unknown: SqlType = { name: 'SQLNULL' };

type BoxedValue = Exclude<DuckDBValue, null | boolean | number | bigint | string>;
type Converter = (value: BoxedValue, type: SqlType) => TypedValue;

/** By class; what is missing (DECIMAL, UUID, BIT) is its own text. */
const converters: ReadonlyMap<unknown, Converter> = new Map([
  entry(DuckDBDateValue, ({ days }) => (isInfiniteDay(days) ? infinity(days < 0) : days)),
  entry(DuckDBTimeValue, ({ micros }) => exactInteger(micros)),
  entry(DuckDBTimeTZValue, ({ micros, offset }) => timeTzText(micros, offset)),
  entry(DuckDBTimestampValue, ({ micros }) => momentOf(micros, 1n)),
  entry(DuckDBTimestampTZValue, ({ micros }) => momentOf(micros, 1n)),
  entry(DuckDBTimestampSecondsValue, ({ seconds }) => momentOf(seconds, 1_000_000n)),
  entry(DuckDBTimestampMillisecondsValue, ({ millis }) => momentOf(millis, 1000n)),
  entry(DuckDBTimestampNanosecondsValue, ({ nanos }) => momentOf(nanos, 1n)),
  entry(DuckDBIntervalValue, ({ months, days, micros }) => [months, days, exactInteger(micros)]),
  entry(DuckDBBlobValue, ({ bytes }) => Buffer.from(bytes).toString('base64')),
  entry(DuckDBGeometryValue, ({ bytes }) => Buffer.from(bytes).toString('base64')),
  entry(DuckDBListValue, listOf),
  entry(DuckDBArrayValue, listOf),
  entry(DuckDBStructValue, ({ entries }, type) =>
    fieldsOf(type).map(([name, field]) => typedOf(entries[name] ?? null, field)),
  ),
  entry(DuckDBMapValue, ({ entries }, type) => {
    const [keyType, valueType] = type.name === 'MAP' ? [type.key, type.value] : [unknown, unknown];
    return entries.map(({ key, value }) => [typedOf(key, keyType), typedOf(value, valueType)]);
  }),
  entry(DuckDBUnionValue, ({ tag, value }, type) => {
    const member = fieldsOf(type).find(([name]) => name === tag);
    return [tag, typedOf(value, member?.[1] ?? unknown)];
  }),
]);

function entry<T extends BoxedValue>(
  boxed: abstract new (...parameters: never[]) => T,
  convert: (value: T, type: SqlType) => TypedValue,
): readonly [unknown, Converter] {
  return [boxed, (value, type) => convert(value as T, type)];
}

function listOf({ items }: DuckDBListValue | DuckDBArrayValue, type: SqlType): TypedValue {
  const itemType = type.name === 'LIST' || type.name === 'ARRAY' ? type.items : unknown;
  return items.map((item) => typedOf(item, itemType));
}

function fieldsOf(type: SqlType): readonly (readonly [string, SqlType])[] {
  return type.name === 'STRUCT' || type.name === 'UNION' ? type.fields : [];
}

function momentOf(ticks: bigint, microsPerTick: bigint): TypedValue {
  return isInfiniteMoment(ticks) ? infinity(ticks < 0n) : exactInteger(ticks * microsPerTick);
}

function infinity(isNegative: boolean): string {
  return isNegative ? '-infinity' : 'infinity';
}
