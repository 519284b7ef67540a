import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../common/domain/json.js';
import { toJsonText } from '../../../common/domain/json-text.js';
import type { SqlValue, SqlValues } from '../../../common/domain/sql-value.js';
import { ProtocolError } from './protocol-error.js';

/*
 * The values of docs/reference/python-worker-protocol.md: plain JSON, and an object with one member whose name
 * begins with `$` for what JSON cannot say.
 */

/** The tag of an object that is read as one; null of any other. */
function tagOf(value: JsonObject): string | null {
  let only: string | null = null;
  for (const key in value) {
    if (only !== null) return null;
    only = key;
  }
  return only?.startsWith('$') === true ? only : null;
}

/** An object as Python is to get it: a `$map` when it would be read as a tag. */
export function plainObject(members: JsonObject): JsonObject {
  const tag = tagOf(members);
  return tag === null ? members : { $map: [[tag, members[tag] ?? null]] };
}

/** Plain data so that Python gets it unchanged; the value itself when there is nothing to do. */
export function taggedPlain(value: JsonValue): JsonValue {
  if (isJsonArray(value)) return mappedItems(value, taggedPlain);
  if (!isJsonObject(value)) return value;
  return plainObject(mappedMembers(value, (_key, member) => taggedPlain(member)));
}

/** A list with its items replaced; the list itself when none changed. */
export function mappedItems(
  items: readonly JsonValue[],
  replace: (item: JsonValue) => JsonValue,
): readonly JsonValue[] {
  const replaced = items.map(replace);
  return replaced.every((item, index) => item === items[index]) ? items : replaced;
}

/** An object with its members replaced; the object itself when none changed. */
export function mappedMembers(
  members: JsonObject,
  replace: (key: string, member: JsonValue) => JsonValue,
): JsonObject {
  const replaced = Object.entries(members).map(([key, member]) => [key, replace(key, member)] as const);
  return replaced.every(([key, member]) => member === members[key]) ? members : Object.fromEntries(replaced);
}

/**
 * The parameters of a statement, as `db.execute` sends them.
 * @throws ProtocolError
 */
export function sqlValues(params: JsonValue | undefined): SqlValues {
  if (params === undefined || params === null) return [];
  if (isJsonArray(params)) return params.map(sqlValue);
  if (!isJsonObject(params)) throw new ProtocolError('parameters are neither a list nor an object');
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, sqlValue(value)]));
}

function sqlValue(value: JsonValue): SqlValue {
  if (isJsonArray(value)) return { sql: 'list', items: value.map(sqlValue) };
  if (!isJsonObject(value)) {
    return typeof value === 'number' && !Number.isInteger(value) ? { sql: 'double', value } : value;
  }
  const tag = tagOf(value);
  if (tag !== null) return taggedSqlValue(tag, value[tag] ?? null);
  return { sql: 'struct', entries: Object.entries(value).map(([key, member]) => [key, sqlValue(member)]) };
}

const textTags: Readonly<Record<string, 'decimal' | 'date' | 'time' | 'uuid'>> = {
  $decimal: 'decimal',
  $date: 'date',
  $time: 'time',
  $uuid: 'uuid',
};
const offsetPattern = /[+-]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/;

function taggedSqlValue(tag: string, inner: JsonValue): SqlValue {
  if (tag === '$float') return { sql: 'double', value: floatOf(inner) };
  if (tag === '$map') return { sql: 'struct', entries: mapEntries(inner) };
  if (tag === '$interval') return intervalOf(inner);
  if (typeof inner !== 'string') throw new ProtocolError(`${tag} without text`);
  if (tag === '$bytes') return { sql: 'blob', bytes: Buffer.from(inner, 'base64') };
  if (tag === '$datetime') {
    return { sql: offsetPattern.test(inner.slice(10)) ? 'timestamptz' : 'timestamp', text: inner };
  }
  const sql = textTags[tag];
  if (sql === undefined) throw new ProtocolError(`unknown tag ${tag}`);
  return { sql, text: inner };
}

function floatOf(inner: JsonValue): number {
  if (typeof inner === 'number' || typeof inner === 'bigint') return Number(inner);
  if (inner === 'NaN' || inner === 'Infinity' || inner === '-Infinity') return Number(inner);
  throw new ProtocolError('$float without a number');
}

/** A STRUCT has names only, so that keys which are no text are shown as text. */
function mapEntries(inner: JsonValue): readonly (readonly [string, SqlValue])[] {
  if (!isJsonArray(inner)) throw new ProtocolError('$map without entries');
  return inner.map((entry) => {
    if (!isJsonArray(entry)) throw new ProtocolError('$map without entries');
    const [key = null, value = null] = entry;
    return [keyText(key), sqlValue(value)] as const;
  });
}

function keyText(key: JsonValue): string {
  if (typeof key === 'string') return key;
  const tag = isJsonObject(key) ? tagOf(key) : null;
  const inner = isJsonObject(key) && tag !== null ? key[tag] : undefined;
  return typeof inner === 'string' ? inner : toJsonText(key);
}

function intervalOf(inner: JsonValue): SqlValue {
  const parts = isJsonArray(inner) ? inner : [];
  const [months, days, micros] = parts;
  if (typeof months !== 'number' || typeof days !== 'number' || !isInteger(micros)) {
    throw new ProtocolError('$interval without its three integers');
  }
  return { sql: 'interval', months, days, micros: BigInt(micros) };
}

function isInteger(value: JsonValue | undefined): value is number | bigint {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
}
