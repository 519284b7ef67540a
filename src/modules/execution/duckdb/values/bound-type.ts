import { isJsonArray, isJsonObject, type JsonValue } from '../../../../common/domain/json.js';
import { ExecutionFailedError } from '../../../../common/errors/endpoint-errors.js';
import type { TypeNode } from '../../../../common/domain/type-node.js';
import { isTemporalText, temporalKind, type TemporalKind } from './temporal-input.js';

/** Numbers from narrow to wide; each holds what stands before it. */
const numericKinds = ['boolean', 'int32', 'int64', 'uint64', 'hugeint', 'double'] as const;
export type NumericKind = (typeof numericKinds)[number];

/** The DuckDB type that an argument is bound as (endpoints.md §2.5). */
export type BoundType =
  | { readonly kind: NumericKind | TemporalKind | 'null' | 'varchar' | 'emptyMap' }
  | { readonly kind: 'list'; readonly item: BoundType }
  | { readonly kind: 'struct'; readonly fields: ReadonlyMap<string, BoundType> };

const varchar: BoundType = { kind: 'varchar' };
const untyped: BoundType = { kind: 'null' };

/** The type of a value, by its declaration where there is one, else by what it is. */
export function boundTypeOf(value: JsonValue, node: TypeNode | undefined): BoundType {
  if (value === null) return untyped;
  if (isJsonArray(value)) {
    return {
      kind: 'list',
      item: value.map((item) => boundTypeOf(item, node?.items)).reduce(unified, untyped),
    };
  }
  if (isJsonObject(value)) return structOf(Object.entries(value), node);
  if (typeof value === 'boolean') return { kind: 'boolean' };
  if (typeof value === 'string') return textType(value, node);
  return { kind: node?.type === 'number' ? 'double' : numericKindOf(value) };
}

function structOf(entries: readonly (readonly [string, JsonValue])[], node: TypeNode | undefined): BoundType {
  if (entries.length === 0) return { kind: 'emptyMap' };
  const fields = entries.map(
    ([name, member]) => [name, boundTypeOf(member, node?.properties?.[name])] as const,
  );
  return { kind: 'struct', fields: new Map(fields) };
}

function textType(text: string, node: TypeNode | undefined): BoundType {
  const kind = node?.type === 'string' ? temporalKind(node.format, text) : null;
  return kind !== null && isTemporalText(kind, text) ? { kind } : varchar;
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
  throw new ExecutionFailedError('Failed to execute SQL: an integer argument is beyond the range of HUGEINT');
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

function numericRank(kind: BoundType['kind']): number {
  return numericKinds.findIndex((candidate) => candidate === kind);
}
