/**
 * A value that endpoint code gives to a SQL parameter. Integers, also whole `number`s, take the smallest DuckDB
 * type that holds them; other numbers are DOUBLE. Everything that JSON cannot say is tagged by its DuckDB type;
 * plain data, so that it can cross threads.
 */
export type SqlValue =
  | null
  | boolean
  | string
  | number
  | bigint
  | { readonly sql: 'double'; readonly value: number }
  /** Text as DuckDB casts it: `1.10`, `2024-01-31`, `03:04:05.5`, `2024-01-31T03:04:05`, `…+02:00`. */
  | {
      readonly sql: 'decimal' | 'date' | 'time' | 'timestamp' | 'timestamptz' | 'uuid';
      readonly text: string;
    }
  | { readonly sql: 'interval'; readonly months: number; readonly days: number; readonly micros: bigint }
  | { readonly sql: 'blob'; readonly bytes: Uint8Array }
  | { readonly sql: 'list'; readonly items: readonly SqlValue[] }
  | { readonly sql: 'struct'; readonly entries: readonly (readonly [string, SqlValue])[] };

/** Values of a statement's parameters: by name for `$name`, by position for `?` and `$1`. */
export type SqlValues = readonly SqlValue[] | { readonly [name: string]: SqlValue };

/** The type of a result column or of a SQL function's parameter; `name` is DuckDB's, in capitals. */
export type SqlType =
  | { readonly name: SqlScalarName }
  | { readonly name: 'DECIMAL'; readonly width: number; readonly scale: number }
  | { readonly name: 'LIST' | 'ARRAY'; readonly items: SqlType }
  | { readonly name: 'STRUCT' | 'UNION'; readonly fields: readonly (readonly [string, SqlType])[] }
  | { readonly name: 'MAP'; readonly key: SqlType; readonly value: SqlType };

export type SqlScalarName =
  | 'BOOLEAN'
  | 'TINYINT'
  | 'SMALLINT'
  | 'INTEGER'
  | 'BIGINT'
  | 'HUGEINT'
  | 'UTINYINT'
  | 'USMALLINT'
  | 'UINTEGER'
  | 'UBIGINT'
  | 'UHUGEINT'
  | 'BIGNUM'
  | 'FLOAT'
  | 'DOUBLE'
  | 'VARCHAR'
  | 'BLOB'
  | 'BIT'
  | 'DATE'
  | 'TIME'
  | 'TIMETZ'
  | 'TIMESTAMP'
  | 'TIMESTAMP_S'
  | 'TIMESTAMP_MS'
  | 'TIMESTAMP_NS'
  | 'TIMESTAMPTZ'
  | 'INTERVAL'
  | 'UUID'
  | 'ENUM'
  | 'SQLNULL';

/**
 * A value of a known `SqlType`, in a form that keeps every digit and is JSON but for `bigint`:
 * integers `number` or `bigint`; FLOAT and DOUBLE `number`, or `'NaN'`, `'Infinity'`, `'-Infinity'`; DECIMAL text;
 * DATE days and TIME, TIMESTAMP and TIMESTAMPTZ microseconds since the epoch or midnight (TIMESTAMP_NS
 * nanoseconds), infinite ones `'infinity'` or `'-infinity'`; TIMETZ, UUID, BIT and ENUM text; INTERVAL
 * `[months, days, micros]`; BLOB base64; LIST, ARRAY and STRUCT arrays (a STRUCT's by field order);
 * MAP an array of `[key, value]`; UNION `[member, value]`.
 */
export type TypedValue = null | boolean | string | number | bigint | readonly TypedValue[];

/** Some rows of a result, by column order. */
export interface TypedRows {
  readonly columns: readonly { readonly name: string; readonly type: SqlType }[];
  readonly rows: readonly (readonly TypedValue[])[];
}
