import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../common/domain/json.js';
import type { SqlScalarName, SqlType, TypedValue } from '../../../common/domain/sql-value.js';
import type { SqlFunction } from '../sql-functions.js';
import { ProtocolError } from './protocol-error.js';
import { listMember, numberMember, objectMember, objectsMember, textMember } from './wire.js';

const scalarNames = [
  'BOOLEAN',
  'TINYINT',
  'SMALLINT',
  'INTEGER',
  'BIGINT',
  'HUGEINT',
  'UTINYINT',
  'USMALLINT',
  'UINTEGER',
  'UBIGINT',
  'UHUGEINT',
  'BIGNUM',
  'FLOAT',
  'DOUBLE',
  'VARCHAR',
  'BLOB',
  'BIT',
  'DATE',
  'TIME',
  'TIMETZ',
  'TIMESTAMP',
  'TIMESTAMP_S',
  'TIMESTAMP_MS',
  'TIMESTAMP_NS',
  'TIMESTAMPTZ',
  'INTERVAL',
  'UUID',
  'ENUM',
  'SQLNULL',
] as const satisfies readonly SqlScalarName[];

/** A plugin function as a worker describes it. @throws ProtocolError */
export function sqlFunctionOf(message: JsonObject): SqlFunction {
  return {
    name: textMember(message, 'name'),
    parameters: objectsMember(message, 'parameters').map(sqlTypeOf),
    returns: sqlTypeOf(objectMember(message, 'returns')),
  };
}

function sqlTypeOf(message: JsonObject): SqlType {
  const name = textMember(message, 'name');
  switch (name) {
    case 'DECIMAL':
      return { name, width: numberMember(message, 'width'), scale: numberMember(message, 'scale') };
    case 'LIST':
    case 'ARRAY':
      return { name, items: sqlTypeOf(objectMember(message, 'items')) };
    case 'STRUCT':
    case 'UNION':
      return { name, fields: listMember(message, 'fields').map(fieldOf) };
    case 'MAP':
      return {
        name,
        key: sqlTypeOf(objectMember(message, 'key')),
        value: sqlTypeOf(objectMember(message, 'value')),
      };
    default: {
      const scalar = scalarNames.find((known) => known === name);
      if (scalar === undefined) throw new ProtocolError('an unknown SQL type');
      return { name: scalar };
    }
  }
}

function fieldOf(field: JsonValue): readonly [string, SqlType] {
  const [name, type] = isJsonArray(field) ? field : [];
  if (typeof name !== 'string' || !isJsonObject(type))
    throw new ProtocolError('a field without name and type');
  return [name, sqlTypeOf(type)];
}

/** Values of functions. @throws ProtocolError when one is no typed value */
export function typedValues(message: JsonObject, key: string): readonly TypedValue[] {
  return listMember(message, key).map(typedValue);
}

function typedValue(value: JsonValue): TypedValue {
  if (isJsonArray(value)) return value.map(typedValue);
  if (isJsonObject(value)) throw new ProtocolError('a value that is no typed value');
  return value;
}
