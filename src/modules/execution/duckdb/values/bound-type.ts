import type { SqlValue } from '../../../../common/domain/sql-value.js';
import { decimalOf, type DecimalShape } from './decimal-text.js';
import { isTemporalText, type TemporalKind } from './temporal-input.js';

/** Numbers from narrow to wide; each holds what stands before it. */
const numericKinds = ['boolean', 'int32', 'int64', 'uint64', 'hugeint', 'double'] as const;
export type NumericKind = (typeof numericKinds)[number];

/** Digits of the largest integer of a kind; DECIMAL must hold them beside its fraction. */
const integerDigits = { boolean: 1, int32: 10, int64: 19, uint64: 20, hugeint: 39 } as const;
const MOST_DIGITS = 38;

/** The DuckDB type that a value is bound as (endpoints.md §2.5). */
export type BoundType =
  | {
      readonly kind:
        NumericKind | TemporalKind | 'null' | 'varchar' | 'emptyMap' | 'interval' | 'blob' | 'uuid';
    }
  | ({ readonly kind: 'decimal' } & DecimalShape)
  | { readonly kind: 'list'; readonly item: BoundType }
  | { readonly kind: 'struct'; readonly fields: ReadonlyMap<string, BoundType> };

const varchar: BoundType = { kind: 'varchar' };
const untyped: BoundType = { kind: 'null' };
const double: BoundType = { kind: 'double' };
const uuidPattern = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;

/** @throws RangeError when an integer is beyond every type of DuckDB's */
export function boundTypeOf(value: SqlValue): BoundType {
  if (value === null) return untyped;
  if (typeof value === 'boolean') return { kind: 'boolean' };
  if (typeof value === 'string') return varchar;
  if (typeof value === 'number' || typeof value === 'bigint') return { kind: numericKindOf(value) };
  switch (value.sql) {
    case 'list':
      return { kind: 'list', item: value.items.map(boundTypeOf).reduce(unified, untyped) };
    case 'struct':
      return structOf(value.entries);
    case 'decimal':
      return decimalType(value.text);
    case 'uuid':
      return uuidPattern.test(value.text) ? { kind: 'uuid' } : varchar;
    case 'double':
    case 'interval':
    case 'blob':
      return { kind: value.sql };
    default:
      // a text that is not canonical was never validated: DuckDB may still know how to cast it
      return isTemporalText(value.sql, value.text) ? { kind: value.sql } : varchar;
  }
}

function structOf(entries: readonly (readonly [string, SqlValue])[]): BoundType {
  if (entries.length === 0) return { kind: 'emptyMap' };
  return { kind: 'struct', fields: new Map(entries.map(([name, member]) => [name, boundTypeOf(member)])) };
}

function decimalType(text: string): BoundType {
  const decimal = decimalOf(text);
  return decimal === null ? double : { kind: 'decimal', width: decimal.width, scale: decimal.scale };
}

/** Exact integers that DuckDB cannot hold are refused, never rounded (endpoints.md §2.5). */
function numericKindOf(value: number | bigint): NumericKind {
  if (typeof value === 'number' && !Number.isInteger(value)) return 'double';
  const integer = BigInt(value);
  if (integer >= -(2n ** 31n) && integer < 2n ** 31n) return 'int32';
  if (integer >= -(2n ** 63n) && integer < 2n ** 63n) return 'int64';
  if (integer >= 0n && integer < 2n ** 64n) return 'uint64';
  if (integer >= -(2n ** 127n) && integer < 2n ** 127n) return 'hugeint';
  if (typeof value === 'number') return 'double';
  throw new RangeError('an integer argument is beyond the range of HUGEINT');
}

/** The type that holds both: the wider number, a merged struct, else text. */
function unified(one: BoundType, other: BoundType): BoundType {
  if (one.kind === 'null') return other;
  if (other.kind === 'null') return one;
  if (one.kind === 'list' && other.kind === 'list')
    return { kind: 'list', item: unified(one.item, other.item) };
  if (one.kind === 'struct' && other.kind === 'struct') return mergedStruct(one.fields, other.fields);
  if (one.kind === 'struct' && other.kind === 'emptyMap') return one;
  if (one.kind === 'emptyMap' && other.kind === 'struct') return other;
  if (one.kind === 'decimal' || other.kind === 'decimal') return widerDecimal(one, other);
  if (one.kind === other.kind) return one;
  return widerNumber(one.kind, other.kind) ?? varchar;
}

function mergedStruct(one: ReadonlyMap<string, BoundType>, other: ReadonlyMap<string, BoundType>): BoundType {
  const fields = new Map(one);
  for (const [name, type] of other) fields.set(name, unified(fields.get(name) ?? untyped, type));
  return { kind: 'struct', fields };
}

function widerNumber(one: BoundType['kind'], other: BoundType['kind']): BoundType | null {
  const [low, high] = [numericRank(one), numericRank(other)].sort((a, b) => a - b);
  if (low === undefined || high === undefined || low < 0) return null;
  // no 64-bit type holds both a negative and the largest unsigned number
  const kind =
    numericKinds[high] === 'uint64' && numericKinds[low] !== 'boolean' ? 'hugeint' : numericKinds[high];
  return kind === undefined ? null : { kind };
}

/** Every digit of both, or DOUBLE where no DECIMAL has so many. */
function widerDecimal(one: BoundType, other: BoundType): BoundType {
  const [first, second] = [decimalShape(one), decimalShape(other)];
  if (first === null || second === null) return varchar;
  const scale = Math.max(first.scale, second.scale);
  const width = Math.max(first.width - first.scale, second.width - second.scale) + scale;
  return width > MOST_DIGITS ? double : { kind: 'decimal', width, scale };
}

/** Null for what is no number; a DOUBLE has more digits than any DECIMAL. */
function decimalShape(type: BoundType): DecimalShape | null {
  if (type.kind === 'decimal') return type;
  if (type.kind === 'double') return { width: MOST_DIGITS + 1, scale: 0 };
  const kind = numericKinds.find((candidate) => candidate === type.kind);
  return kind === undefined || kind === 'double' ? null : { width: integerDigits[kind], scale: 0 };
}

function numericRank(kind: BoundType['kind']): number {
  return numericKinds.findIndex((candidate) => candidate === kind);
}
