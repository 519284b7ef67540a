import {
  BIGINT,
  BIGNUM,
  BIT,
  BLOB,
  BOOLEAN,
  DATE,
  DECIMAL,
  DOUBLE,
  DuckDBBitValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBIntervalValue,
  DuckDBStructType,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeTZValue,
  DuckDBTimeValue,
  DuckDBUUIDValue,
  FLOAT,
  HUGEINT,
  INTEGER,
  INTERVAL,
  LIST,
  listValue,
  MAP,
  mapValue,
  SMALLINT,
  structValue,
  TIME,
  TIMESTAMP,
  TIMESTAMP_MS,
  TIMESTAMP_NS,
  TIMESTAMP_S,
  TIMESTAMPTZ,
  TIMETZ,
  TINYINT,
  UBIGINT,
  UHUGEINT,
  UINTEGER,
  USMALLINT,
  UTINYINT,
  UUID,
  VARCHAR,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { SqlScalarName, SqlType, TypedValue } from '../../../../common/domain/sql-value.js';
import { decimalOf, scaledTo } from './decimal-text.js';

/** A value that is not of the type that its function declared. */
class MisfitError extends RangeError {
  constructor(type: SqlType) {
    super(`Failed to cast value: the result of the function does not fit its type ${type.name}`);
  }
}

/** How a type is registered, and how a value of it is handed to DuckDB. */
interface Scalar {
  readonly type: DuckDBType;
  /** Undefined when the value does not fit. */
  write(value: TypedValue): DuckDBValue | undefined;
}

const INFINITE_DAYS = 2_147_483_647;
const INFINITE_TICKS = 2n ** 63n - 1n;
const BIGNUM_BITS = 4096n;
const uuidPattern = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;
const base64Pattern = /^[A-Za-z\d+/]*={0,2}$/;
const timeTzPattern = /^(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?([-+])(\d\d)(?::(\d\d))?(?::(\d\d))?$/;

const scalars: Readonly<Partial<Record<SqlScalarName, Scalar>>> = {
  BOOLEAN: { type: BOOLEAN, write: (value) => (typeof value === 'boolean' ? value : undefined) },
  TINYINT: integer(TINYINT, -(2n ** 7n), 2n ** 7n, Number),
  SMALLINT: integer(SMALLINT, -(2n ** 15n), 2n ** 15n, Number),
  INTEGER: integer(INTEGER, -(2n ** 31n), 2n ** 31n, Number),
  BIGINT: integer(BIGINT, -(2n ** 63n), 2n ** 63n, BigInt),
  HUGEINT: integer(HUGEINT, -(2n ** 127n), 2n ** 127n, BigInt),
  UTINYINT: integer(UTINYINT, 0n, 2n ** 8n, Number),
  USMALLINT: integer(USMALLINT, 0n, 2n ** 16n, Number),
  UINTEGER: integer(UINTEGER, 0n, 2n ** 32n, Number),
  UBIGINT: integer(UBIGINT, 0n, 2n ** 64n, BigInt),
  UHUGEINT: integer(UHUGEINT, 0n, 2n ** 128n, BigInt),
  BIGNUM: integer(BIGNUM, -(2n ** BIGNUM_BITS), 2n ** BIGNUM_BITS, BigInt),
  FLOAT: { type: FLOAT, write: floatOf },
  DOUBLE: { type: DOUBLE, write: floatOf },
  VARCHAR: { type: VARCHAR, write: (value) => (typeof value === 'string' ? value : undefined) },
  BLOB: {
    type: BLOB,
    write: text(base64Pattern, (value) => new DuckDBBlobValue(Buffer.from(value, 'base64'))),
  },
  BIT: { type: BIT, write: text(/^[01]+$/, (value) => DuckDBBitValue.fromString(value)) },
  UUID: {
    type: UUID,
    write: text(uuidPattern, (value) =>
      DuckDBUUIDValue.fromUint128(BigInt(`0x${value.replaceAll('-', '')}`)),
    ),
  },
  DATE: {
    type: DATE,
    write: (value) => {
      const days = ticksOf(value, BigInt(INFINITE_DAYS));
      return days === undefined ? undefined : new DuckDBDateValue(Number(days));
    },
  },
  TIME: ticks(TIME, 1n, (micros) => new DuckDBTimeValue(micros)),
  TIMETZ: { type: TIMETZ, write: text(timeTzPattern, timeTzOf) },
  TIMESTAMP: ticks(TIMESTAMP, 1n, (micros) => new DuckDBTimestampValue(micros)),
  TIMESTAMPTZ: ticks(TIMESTAMPTZ, 1n, (micros) => new DuckDBTimestampTZValue(micros)),
  TIMESTAMP_S: ticks(TIMESTAMP_S, 1_000_000n, (seconds) => new DuckDBTimestampSecondsValue(seconds)),
  TIMESTAMP_MS: ticks(TIMESTAMP_MS, 1000n, (millis) => new DuckDBTimestampMillisecondsValue(millis)),
  TIMESTAMP_NS: ticks(TIMESTAMP_NS, 1n, (nanos) => new DuckDBTimestampNanosecondsValue(nanos)),
  INTERVAL: { type: INTERVAL, write: intervalOf },
};

/**
 * The type by which a function is registered.
 * @throws RangeError for a type that no function can have
 */
export function duckDbTypeOf(type: SqlType): DuckDBType {
  switch (type.name) {
    case 'DECIMAL':
      return DECIMAL(type.width, type.scale);
    case 'LIST':
    case 'ARRAY':
      return LIST(duckDbTypeOf(type.items));
    case 'STRUCT':
      return new DuckDBStructType(
        type.fields.map(([name]) => name),
        type.fields.map(([, field]) => duckDbTypeOf(field)),
      );
    case 'UNION':
      throw new RangeError('A plugin function cannot have the type UNION');
    case 'MAP':
      return MAP(duckDbTypeOf(type.key), duckDbTypeOf(type.value));
    default: {
      const scalar = scalars[type.name];
      if (scalar === undefined) throw new RangeError(`A plugin function cannot have the type ${type.name}`);
      return scalar.type;
    }
  }
}

/**
 * A function's result as DuckDB takes it.
 * @throws MisfitError
 */
export function duckDbValueOf(value: TypedValue, type: SqlType): DuckDBValue {
  if (value === null) return null;
  switch (type.name) {
    case 'DECIMAL':
      return decimalValueOf(value, type);
    case 'LIST':
    case 'ARRAY':
      return listValue(itemsOf(value, type).map((item) => duckDbValueOf(item, type.items)));
    case 'STRUCT': {
      const members = itemsOf(value, type, type.fields.length);
      return structValue(
        Object.fromEntries(
          type.fields.map(([name, field], index) => [name, duckDbValueOf(members[index] ?? null, field)]),
        ),
      );
    }
    case 'MAP':
      return mapValue(
        itemsOf(value, type).map((entry) => {
          const [key = null, member = null] = itemsOf(entry, type, 2);
          return { key: duckDbValueOf(key, type.key), value: duckDbValueOf(member, type.value) };
        }),
      );
    case 'UNION':
      throw new MisfitError(type);
    default: {
      const written = scalars[type.name]?.write(value);
      if (written === undefined) throw new MisfitError(type);
      return written;
    }
  }
}

function itemsOf(value: TypedValue, type: SqlType, length?: number): readonly TypedValue[] {
  if (!isArray(value) || (length !== undefined && value.length !== length)) throw new MisfitError(type);
  return value;
}

function decimalValueOf(
  value: TypedValue,
  type: Extract<SqlType, { readonly name: 'DECIMAL' }>,
): DuckDBDecimalValue {
  const decimal = typeof value === 'string' ? decimalOf(value) : null;
  if (decimal === null || typeof value !== 'string' || decimal.scale > type.scale)
    throw new MisfitError(type);
  const scaled = scaledTo(value, type.scale);
  const bound = 10n ** BigInt(type.width);
  if (scaled >= bound || scaled <= -bound) throw new MisfitError(type);
  return new DuckDBDecimalValue(scaled, type.width, type.scale);
}

/** @param end the first integer beyond */
function integer(
  type: DuckDBType,
  least: bigint,
  end: bigint,
  convert: (value: bigint) => number | bigint,
): Scalar {
  return {
    type,
    write: (value) => {
      const whole = wholeOf(value);
      return whole === undefined || whole < least || whole >= end ? undefined : convert(whole);
    },
  };
}

function ticks(type: DuckDBType, perTick: bigint, convert: (ticks: bigint) => DuckDBValue): Scalar {
  return {
    type,
    write: (value) => {
      const found = ticksOf(value, INFINITE_TICKS);
      if (found === undefined) return undefined;
      return convert(typeof value === 'string' ? found : found / perTick);
    },
  };
}

/** @param infinite what stands for `infinity`, and the largest that is not beyond the type */
function ticksOf(value: TypedValue, infinite: bigint): bigint | undefined {
  if (value === 'infinity') return infinite;
  if (value === '-infinity') return -infinite;
  const whole = wholeOf(value);
  return whole === undefined || whole >= infinite || whole <= -infinite ? undefined : whole;
}

function wholeOf(value: TypedValue): bigint | undefined {
  if (typeof value === 'bigint') return value;
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : undefined;
}

function floatOf(value: TypedValue): number | undefined {
  if (typeof value === 'number') return value;
  return value === 'NaN' || value === 'Infinity' || value === '-Infinity' ? Number(value) : undefined;
}

function text(pattern: RegExp, convert: (value: string) => DuckDBValue): Scalar['write'] {
  return (value) => (typeof value === 'string' && pattern.test(value) ? convert(value) : undefined);
}

function intervalOf(value: TypedValue): DuckDBValue | undefined {
  if (!isArray(value) || value.length !== 3) return undefined;
  const [months, days, micros] = value.map((part) => wholeOf(part));
  if (months === undefined || days === undefined || micros === undefined) return undefined;
  return new DuckDBIntervalValue(Number(months), Number(days), micros);
}

function timeTzOf(value: string): DuckDBValue {
  const [, hour, minute, second, fraction = '', sign, ...east] = timeTzPattern.exec(value) ?? [];
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  const [hours = '0', minutes = '0', rest = '0'] = east;
  const offset = Number(hours) * 3600 + Number(minutes) * 60 + Number(rest);
  return DuckDBTimeTZValue.fromMicrosAndOffset(
    BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(6, '0')),
    sign === '-' ? -offset : offset,
  );
}

function isArray(value: TypedValue): value is readonly TypedValue[] {
  return Array.isArray(value);
}
