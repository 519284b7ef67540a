import duckdb from '@duckdb/node-bindings';
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../../../common/domain/json.js';
import { toJsonText } from '../../../../common/domain/json-text.js';
import type { TypeNode } from '../../../../common/domain/type-node.js';
import { boundTypeOf, type BoundType } from './bound-type.js';
import { daysOf, momentMicrosOf, timeMicrosOf } from './temporal-input.js';

/** Binds one argument at a 1-based position, by its declared type where there is one (endpoints.md §2.5). */
export function bindArgument(
  statement: duckdb.PreparedStatement,
  index: number,
  value: JsonValue,
  node: TypeNode | undefined,
): void {
  const type = boundTypeOf(value, node);
  if (type.kind === 'null') duckdb.bind_null(statement, index);
  else if (type.kind === 'varchar') duckdb.bind_varchar(statement, index, textOf(value));
  else if (type.kind === 'int32') duckdb.bind_int32(statement, index, Number(value));
  else if (type.kind === 'double') duckdb.bind_double(statement, index, Number(value));
  else duckdb.bind_value(statement, index, nativeValue(value, type));
}

function nativeValue(value: JsonValue, type: BoundType): duckdb.Value {
  if (value === null || type.kind === 'null') return duckdb.create_null_value();
  if (type.kind === 'list') {
    const items = isJsonArray(value) ? value : [];
    return duckdb.create_list_value(
      logicalType(type.item),
      items.map((item) => nativeValue(item, type.item)),
    );
  }
  if (type.kind === 'struct') return structValue(value, type.fields);
  if (type.kind === 'emptyMap') return duckdb.create_map_value(logicalType(type), [], []);
  return scalarValue(value, type.kind);
}

function structValue(value: JsonValue, fields: ReadonlyMap<string, BoundType>): duckdb.Value {
  const members: JsonObject = isJsonObject(value) ? value : {};
  return duckdb.create_struct_value(
    logicalType({ kind: 'struct', fields }),
    [...fields].map(([name, type]) => nativeValue(members[name] ?? null, type)),
  );
}

type ScalarKind = Exclude<BoundType['kind'], 'null' | 'list' | 'struct' | 'emptyMap'>;

function scalarValue(value: JsonValue, kind: ScalarKind): duckdb.Value {
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
      return duckdb.create_double(Number(value));
    case 'date':
      return duckdb.create_date({ days: daysOf(textOf(value)) });
    case 'time':
      return duckdb.create_time({ micros: timeMicrosOf(textOf(value)) });
    case 'timestamp':
      return duckdb.create_timestamp({ micros: momentMicrosOf(textOf(value)) });
    case 'timestamptz':
      return duckdb.create_timestamp_tz({ micros: momentMicrosOf(textOf(value)) });
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
  return duckdb.create_logical_type(typeIds[type.kind]);
}

function integerOf(value: JsonValue): bigint {
  if (typeof value === 'bigint') return value;
  return typeof value === 'boolean' ? BigInt(value ? 1 : 0) : BigInt(Number(value));
}

/** Text as it is; anything else that shares a list with texts, as it reads in JSON. */
function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : toJsonText(value);
}
