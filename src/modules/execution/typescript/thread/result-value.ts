import { types } from 'node:util';
import { exactInteger, type JsonValue } from '../../../../common/domain/json.js';
import { bytesText } from '../../bytes-text.js';
import { tooManyBytes, tooManyRows } from '../../too-large.js';
import { ResultError, ResultTooLargeError } from './errors.js';
import { messageOf } from './thrown.js';

const DEEPEST = 500;
/** A member named `__proto__` is a member like any other. */
const ordinary = { enumerable: true, writable: true, configurable: true };

type Store = (value: JsonValue) => void;
type Path = readonly (string | number)[];

export interface ResultLimits {
  /** Items of the outermost list, and bytes of the whole as JSON; 0 for none. */
  readonly rows: number;
  readonly bytes: number;
}

/**
 * What a function returned as plain data: integers keep their digits, dates become ISO text, bytes UTF-8 text or
 * else base64, maps objects, whatever can be iterated a list; NaN and infinities are null. Members that are
 * undefined are left out. `toJSON` counts; of other objects the own enumerable members do.
 *
 * The byte cap is applied to a size that is never more than the true one, so nothing that fits is refused.
 * @throws ResultError for what JSON cannot say: functions, symbols, cycles, promises, members that cannot be read
 * @throws ResultTooLargeError
 */
export async function plainResult(value: unknown, limits: ResultLimits): Promise<JsonValue> {
  const conversion = new Conversion(limits);
  try {
    return await conversion.convert(value);
  } catch (error) {
    if (error instanceof ResultError || error instanceof ResultTooLargeError) throw error;
    throw new ResultError(`The result cannot be read: ${messageOf(error)}`);
  }
}

/** As `plainResult`, at once and without caps; an async iterator is refused. */
export function plainValue(value: unknown): JsonValue {
  return new Conversion({ rows: 0, bytes: 0 }).convertNow(value);
}

class Conversion {
  readonly #limits: ResultLimits;
  readonly #ancestors = new Set<object>();
  /** Async iterators found on the way, and where their items belong. */
  #later: { readonly source: AsyncIterable<unknown>; readonly path: Path; readonly store: Store }[] = [];
  #path: (string | number)[] = [];
  #bytes = 0;

  constructor(limits: ResultLimits) {
    this.#limits = limits;
  }

  async convert(value: unknown): Promise<JsonValue> {
    let result: JsonValue = null;
    this.#place(value, (plain) => (result = plain));
    while (this.#later.length > 0) {
      const [next] = this.#later.splice(0, 1);
      if (next === undefined) break;
      this.#path = [...next.path];
      next.store(await this.#drain(next.source));
    }
    return result;
  }

  convertNow(value: unknown): JsonValue {
    let result: JsonValue = null;
    this.#place(value, (plain) => (result = plain));
    if (this.#later.length > 0) throw this.#refusal('an async iterator');
    return result;
  }

  /** Stores the plain value now, or when its async iterator has been read. */
  #place(value: unknown, store: Store): void {
    if (typeof value === 'object' && value !== null && isAsyncIterable(value)) {
      this.#later.push({ source: value, path: [...this.#path], store });
    } else {
      store(this.#plain(value));
    }
  }

  #plain(value: unknown): JsonValue {
    if (value === null || value === undefined) return this.#sized(null, 4);
    if (typeof value === 'string') return this.#sized(value, value.length + 2);
    if (typeof value === 'boolean') return this.#sized(value, 4);
    if (typeof value === 'number') return this.#sized(Number.isFinite(value) ? value : null, 1);
    if (typeof value === 'bigint') return this.#sized(exactInteger(value), 1);
    if (typeof value === 'object') return this.#object(value);
    throw this.#refusal(`a ${typeof value}`);
  }

  #object(value: object): JsonValue {
    if (value instanceof Date) return this.#plain(Number.isNaN(value.getTime()) ? null : value.toISOString());
    if (types.isBoxedPrimitive(value)) return this.#plain(value.valueOf());
    if (types.isAnyArrayBuffer(value)) return this.#plain(bytesText(new Uint8Array(value)));
    if (value instanceof Uint8Array) return this.#plain(bytesText(value));
    if (types.isPromise(value)) throw this.#refusal('a promise that was not awaited');
    if (this.#ancestors.has(value)) throw this.#refusal('a reference to what it is part of');
    if (this.#ancestors.size >= DEEPEST)
      throw new ResultError(`The result is nested more than ${DEEPEST} levels deep`);
    this.#ancestors.add(value);
    const plain = this.#members(value);
    this.#ancestors.delete(value);
    return plain;
  }

  #members(value: object): JsonValue {
    if (Array.isArray(value)) return this.#list(value);
    const toJson: unknown = this.#read(value, 'toJSON');
    if (typeof toJson === 'function') {
      const [last] = this.#path.slice(-1);
      return this.#plain(Reflect.apply(toJson, value, [String(last ?? '')]));
    }
    if (value instanceof Map) {
      return this.#entries([...value].map(([key, member]) => [keyText(key), member] as const));
    }
    if (isIterable(value)) return this.#list(value);
    return this.#entries(Object.keys(value).map((key) => [key, this.#read(value, key)] as const));
  }

  #list(items: Iterable<unknown>): JsonValue {
    const list: JsonValue[] = [];
    let index = 0;
    for (const item of items) {
      this.#item(list, index, item);
      index += 1;
    }
    return list;
  }

  async #drain(items: AsyncIterable<unknown>): Promise<JsonValue> {
    const list: JsonValue[] = [];
    const path = this.#path;
    let index = 0;
    for await (const item of items) {
      this.#path = path;
      this.#item(list, index, item);
      index += 1;
    }
    return list;
  }

  #item(list: JsonValue[], index: number, item: unknown): void {
    const { rows } = this.#limits;
    if (rows > 0 && this.#path.length === 0 && index >= rows)
      throw new ResultTooLargeError(tooManyRows(rows));
    this.#path.push(index);
    this.#sized(null, 1);
    list.push(null);
    this.#place(item, (plain) => (list[index] = plain));
    this.#path.pop();
  }

  #entries(entries: readonly (readonly [string, unknown])[]): JsonValue {
    const object: Record<string, JsonValue> = {};
    for (const [key, member] of entries) {
      if (member === undefined) continue;
      this.#path.push(key);
      this.#sized(null, key.length + 3);
      this.#place(member, (plain) => {
        if (key === '__proto__') Object.defineProperty(object, key, { ...ordinary, value: plain });
        else object[key] = plain;
      });
      this.#path.pop();
    }
    return object;
  }

  #read(value: object, key: string): unknown {
    try {
      return Reflect.get(value, key);
    } catch (error) {
      this.#path.push(key);
      throw new ResultError(`The result cannot be read at ${this.#where()}: ${messageOf(error)}`);
    }
  }

  #sized<T extends JsonValue>(value: T, bytes: number): T {
    this.#bytes += bytes;
    const { bytes: limit } = this.#limits;
    if (limit > 0 && this.#bytes > limit) throw new ResultTooLargeError(tooManyBytes(limit));
    return value;
  }

  #refusal(what: string): ResultError {
    return new ResultError(`The result holds ${what} at ${this.#where()}, which JSON cannot say`);
  }

  #where(): string {
    const steps = this.#path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`));
    return `result${steps.join('')}`;
  }
}

function isAsyncIterable(value: object): value is AsyncIterable<unknown> {
  return Symbol.asyncIterator in value && typeof value[Symbol.asyncIterator] === 'function';
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value && typeof value[Symbol.iterator] === 'function';
}

/** The key of a map as a member's name: text as it is, anything else as its JSON. */
function keyText(key: unknown): string {
  if (typeof key === 'string') return key;
  const plain = plainValue(key);
  return typeof plain === 'string'
    ? plain
    : JSON.stringify(plain, (_name, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}
