import { isJsonArray, isJsonObject, type JsonValue } from '../../../../common/domain/json.js';
import type { SqlValue } from '../../../../common/domain/sql-value.js';
import type { TypeNode } from '../../../../common/domain/type-node.js';
import { temporalKind } from './temporal-input.js';

/** An endpoint's argument as a SQL value, by its declaration where there is one, else by what it is (endpoints.md §2.5). */
export function sqlValueOf(value: JsonValue, node: TypeNode | undefined): SqlValue {
  if (isJsonArray(value)) return { sql: 'list', items: value.map((item) => sqlValueOf(item, node?.items)) };
  if (isJsonObject(value)) {
    const entries = Object.entries(value);
    return {
      sql: 'struct',
      entries: entries.map(([name, member]) => [name, sqlValueOf(member, node?.properties?.[name])]),
    };
  }
  if (typeof value === 'string') return textValue(value, node);
  if (typeof value === 'number' && node?.type === 'number') return { sql: 'double', value };
  if (typeof value === 'bigint' && node?.type === 'number') return { sql: 'double', value: Number(value) };
  return value;
}

function textValue(text: string, node: TypeNode | undefined): SqlValue {
  const kind = node?.type === 'string' ? temporalKind(node.format, text) : null;
  return kind === null ? text : { sql: kind, text };
}
