import duckdb from '@duckdb/node-bindings';
import { toJsonText } from '../../../../common/domain/json-text.js';
import type { SqlValue } from '../../../../common/domain/sql-value.js';
import { boundTypeOf, type BoundType } from './bound-type.js';
import { scaledTo } from './decimal-text.js';
import { daysOf, momentMicrosOf, timeMicrosOf } from './temporal-input.js';

/**
 * Binds a value at a 1-based position, as the type that `SqlValue` says (endpoints.md §2.5).
 * @throws RangeError when an integer is beyond every type of DuckDB's
 */
export function bindSqlValue(statement: duckdb.PreparedStatement, index: number, value: SqlValue): void {
  const type = boundTypeOf(value);
  if (type.kind === 'null') duckdb.bind_null(statement, index);
  else if (type.kind === 'varchar') duckdb.bind_varchar(statement, index, textOf(value));
  else if (type.kind === 'int32') duckdb.bind_int32(statement, index, Number(value));
  else if (type.kind === 'double') duckdb.bind_double(statement, index, numberOf(value));
  else duckdb.bind_value(statement, index, nativeValue(value, type));
}

function nativeValue(value: SqlValue, type: BoundType): duckdb.Value {
  if (value === null || type.kind === 'null') return duckdb.create_null_value();
  switch (type.kind) {
    case 'list':
      return duckdb.create_list_value(
        logicalType(type.item),
        itemsOf(value).map((item) => nativeValue(item, type.item)),
      );
    case 'struct':
      return structValue(value, type.fields);
    case 'emptyMap':
      return duckdb.create_map_value(logicalType(type), [], []);
    case 'decimal': {
      const { width, scale } = type;
      return duckdb.create_decimal({ width, scale, value: scaledTo(decimalText(value), scale) });
    }
    default:
      return scalarValue(value, type.kind);
  }
}

function structValue(value: SqlValue, fields: ReadonlyMap<string, BoundType>): duckdb.Value {
  const members = new Map(isTagged(value) && value.sql === 'struct' ? value.entries : []);
  return duckdb.create_struct_value(
    logicalType({ kind: 'struct', fields }),
    [...fields].map(([name, type]) => nativeValue(members.get(name) ?? null, type)),
  );
}

type ScalarKind = Exclude<BoundType['kind'], 'null' | 'list' | 'struct' | 'emptyMap' | 'decimal'>;

function scalarValue(value: SqlValue, kind: ScalarKind): duckdb.Value {
  switch (kind) {
    case 'boolean':
      return duckdb.create_bool(value === true);
    case 'int32':
      return duckdb.create_int32(Number(value));
    case 'int64':
      return duckdb.create_int64(integerOf(value));
    case 'uint64':
      return duckdb.create_uint64(integerOf(value));
    case 'hugeint':
      return duckdb.create_hugeint(integerOf(value));
    case 'double':
      return duckdb.create_double(numberOf(value));
    case 'date':
      return duckdb.create_date({ days: daysOf(textOf(value)) });
    case 'time':
      return duckdb.create_time({ micros: timeMicrosOf(textOf(value)) });
    case 'timestamp':
      return duckdb.create_timestamp({ micros: momentMicrosOf(textOf(value)) });
    case 'timestamptz':
      return duckdb.create_timestamp_tz({ micros: momentMicrosOf(textOf(value)) });
    case 'interval':
      return duckdb.create_interval(intervalOf(value));
    case 'blob':
      return duckdb.create_blob(bytesOf(value));
    case 'uuid':
      return duckdb.create_uuid(BigInt(`0x${textOf(value).replaceAll('-', '')}`));
    case 'varchar':
      return duckdb.create_varchar(textOf(value));
  }
}

const typeIds = {
  null: duckdb.Type.SQLNULL,
  boolean: duckdb.Type.BOOLEAN,
  int32: duckdb.Type.INTEGER,
  int64: duckdb.Type.BIGINT,
  uint64: duckdb.Type.UBIGINT,
  hugeint: duckdb.Type.HUGEINT,
  double: duckdb.Type.DOUBLE,
  date: duckdb.Type.DATE,
  time: duckdb.Type.TIME,
  timestamp: duckdb.Type.TIMESTAMP,
  timestamptz: duckdb.Type.TIMESTAMP_TZ,
  interval: duckdb.Type.INTERVAL,
  blob: duckdb.Type.BLOB,
  uuid: duckdb.Type.UUID,
  varchar: duckdb.Type.VARCHAR,
} as const;

function logicalType(type: BoundType): duckdb.LogicalType {
  if (type.kind === 'list') return duckdb.create_list_type(logicalType(type.item));
  if (type.kind === 'struct') {
    return duckdb.create_struct_type([...type.fields.values()].map(logicalType), [...type.fields.keys()]);
  }
  if (type.kind === 'emptyMap') {
    const text = duckdb.create_logical_type(duckdb.Type.VARCHAR);
    return duckdb.create_map_type(text, text);
  }
  if (type.kind === 'decimal') return duckdb.create_decimal_type(type.width, type.scale);
  return duckdb.create_logical_type(typeIds[type.kind]);
}

type Tagged = Extract<SqlValue, { readonly sql: string }>;

function isTagged(value: SqlValue): value is Tagged {
  return typeof value === 'object' && value !== null;
}

function itemsOf(value: SqlValue): readonly SqlValue[] {
  return isTagged(value) && value.sql === 'list' ? value.items : [];
}

function integerOf(value: SqlValue): bigint {
  if (typeof value === 'bigint') return value;
  return typeof value === 'boolean' ? BigInt(value ? 1 : 0) : BigInt(Number(value));
}

function numberOf(value: SqlValue): number {
  if (!isTagged(value)) return Number(value);
  if (value.sql === 'double') return value.value;
  return value.sql === 'decimal' ? Number(value.text) : NaN;
}

function decimalText(value: SqlValue): string {
  return isTagged(value) && value.sql === 'decimal' ? value.text : String(integerOf(value));
}

function intervalOf(value: SqlValue): duckdb.Interval {
  if (isTagged(value) && value.sql === 'interval') return value;
  return { months: 0, days: 0, micros: 0n };
}

function bytesOf(value: SqlValue): Uint8Array {
  return isTagged(value) && value.sql === 'blob' ? value.bytes : new Uint8Array();
}

/** Text as it is; anything else that shares a list with texts, as it reads in JSON. */
function textOf(value: SqlValue): string {
  if (typeof value === 'string') return value;
  if (!isTagged(value)) return toJsonText(value);
  switch (value.sql) {
    case 'double':
      return String(value.value);
    case 'interval':
      return `${value.months} months ${value.days} days ${String(value.micros)} microseconds`;
    case 'blob':
      return Buffer.from(value.bytes).toString('base64');
    case 'list':
      return `[${value.items.map(memberText).join(',')}]`;
    case 'struct':
      return `{${value.entries.map(([name, member]) => `${toJsonText(name)}:${memberText(member)}`).join(',')}}`;
    default:
      return value.text;
  }
}

/** A member of a list or struct that is written as JSON. */
function memberText(value: SqlValue): string {
  const isNested = isTagged(value) && (value.sql === 'list' || value.sql === 'struct');
  const isNumber =
    typeof value === 'number' || typeof value === 'bigint' || (isTagged(value) && value.sql === 'double');
  if (value === null || typeof value === 'boolean' || isNumber || isNested) return textOf(value);
  return toJsonText(textOf(value));
}
