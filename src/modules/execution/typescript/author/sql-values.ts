import type { SqlValue, SqlValues } from '../../../../common/domain/sql-value.js';

/**
 * What a SQL parameter may be: a `Date` is a TIMESTAMPTZ, `Uint8Array` a BLOB, a list a LIST, any other object a
 * STRUCT. Whole numbers take the smallest integer type that holds them. Dates, times and decimals go as text, with
 * a cast in the SQL: `$day::DATE`.
 */
export type SqlParameter =
  | null
  | undefined
  | boolean
  | string
  | number
  | bigint
  | Date
  | Uint8Array
  | readonly SqlParameter[]
  | { readonly [member: string]: SqlParameter };

/** Values by name for `$name`, or by position for `?` and `$1`. */
export type SqlParameters = readonly SqlParameter[] | { readonly [name: string]: SqlParameter };

/** @throws TypeError for what SQL has no type for */
export function sqlValues(parameters: SqlParameters): SqlValues {
  if (isList(parameters)) return parameters.map((value, index) => sqlValue(value, `parameter ${index + 1}`));
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, sqlValue(value, `parameter '${name}'`)]),
  );
}

function sqlValue(value: SqlParameter, where: string): SqlValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' && !Number.isFinite(value)) return { sql: 'double', value };
  if (typeof value === 'object') return objectValue(value, where);
  if (['boolean', 'string', 'number', 'bigint'].includes(typeof value)) return value;
  throw new TypeError(`SQL has no type for a ${typeof value} (${where})`);
}

function objectValue(value: object, where: string): SqlValue {
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw new TypeError(`An invalid Date cannot go to SQL (${where})`);
    return { sql: 'timestamptz', text: value.toISOString() };
  }
  if (value instanceof Uint8Array) return { sql: 'blob', bytes: value };
  if (isList(value)) return { sql: 'list', items: value.map((item) => sqlValue(item, where)) };
  const entries = Object.entries(value as { readonly [member: string]: SqlParameter });
  return { sql: 'struct', entries: entries.map(([name, member]) => [name, sqlValue(member, where)]) };
}

function isList(value: object): value is readonly SqlParameter[] {
  return Array.isArray(value);
}
