import {
  DuckDBArrayType,
  DuckDBDecimalType,
  DuckDBListType,
  DuckDBMapType,
  DuckDBStructType,
  DuckDBTypeId,
  DuckDBUnionType,
  type DuckDBType,
} from '@duckdb/node-api';
import type { SqlScalarName, SqlType } from '../../../../common/domain/sql-value.js';

const { BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, HUGEINT, BIGNUM, FLOAT, DOUBLE } = DuckDBTypeId;
const { UTINYINT, USMALLINT, UINTEGER, UBIGINT, UHUGEINT, BLOB, BIT, DATE, TIME, TIME_TZ } = DuckDBTypeId;
const { TIMESTAMP, TIMESTAMP_S, TIMESTAMP_MS, TIMESTAMP_NS, TIMESTAMP_TZ, INTERVAL } = DuckDBTypeId;
const { UUID, ENUM, SQLNULL, GEOMETRY } = DuckDBTypeId;

/** What is not here reads as text. */
const scalarNames: ReadonlyMap<DuckDBTypeId, SqlScalarName> = new Map([
  [BOOLEAN, 'BOOLEAN'],
  [TINYINT, 'TINYINT'],
  [SMALLINT, 'SMALLINT'],
  [INTEGER, 'INTEGER'],
  [BIGINT, 'BIGINT'],
  [HUGEINT, 'HUGEINT'],
  [UTINYINT, 'UTINYINT'],
  [USMALLINT, 'USMALLINT'],
  [UINTEGER, 'UINTEGER'],
  [UBIGINT, 'UBIGINT'],
  [UHUGEINT, 'UHUGEINT'],
  [BIGNUM, 'BIGNUM'],
  [FLOAT, 'FLOAT'],
  [DOUBLE, 'DOUBLE'],
  [BLOB, 'BLOB'],
  [GEOMETRY, 'BLOB'],
  [BIT, 'BIT'],
  [DATE, 'DATE'],
  [TIME, 'TIME'],
  [TIME_TZ, 'TIMETZ'],
  [TIMESTAMP, 'TIMESTAMP'],
  [TIMESTAMP_S, 'TIMESTAMP_S'],
  [TIMESTAMP_MS, 'TIMESTAMP_MS'],
  [TIMESTAMP_NS, 'TIMESTAMP_NS'],
  [TIMESTAMP_TZ, 'TIMESTAMPTZ'],
  [INTERVAL, 'INTERVAL'],
  [UUID, 'UUID'],
  [ENUM, 'ENUM'],
  [SQLNULL, 'SQLNULL'],
]);

/** The type as plain data. */
export function sqlTypeOf(type: DuckDBType): SqlType {
  if (type instanceof DuckDBDecimalType) return { name: 'DECIMAL', width: type.width, scale: type.scale };
  if (type instanceof DuckDBListType) return { name: 'LIST', items: sqlTypeOf(type.valueType) };
  if (type instanceof DuckDBArrayType) return { name: 'ARRAY', items: sqlTypeOf(type.valueType) };
  if (type instanceof DuckDBMapType) {
    return { name: 'MAP', key: sqlTypeOf(type.keyType), value: sqlTypeOf(type.valueType) };
  }
  if (type instanceof DuckDBStructType)
    return { name: 'STRUCT', fields: fieldsOf(type.entryNames, type.entryTypes) };
  if (type instanceof DuckDBUnionType)
    return { name: 'UNION', fields: fieldsOf(type.memberTags, type.memberTypes) };
  return { name: scalarNames.get(type.typeId) ?? 'VARCHAR' };
}

function fieldsOf(
  names: readonly string[],
  types: readonly DuckDBType[],
): readonly (readonly [string, SqlType])[] {
  return types.map((type, index) => [names[index] ?? '', sqlTypeOf(type)]);
}
