import type { CelInput, CelUint } from '@bufbuild/cel';
import type { JsonObject, JsonValue } from '../../../common/domain/json.js';

type Key = bigint | string | boolean | CelUint;

/** A JSON object as a map whose members are converted when first asked for, and then kept. */
export class LazyMap implements ReadonlyMap<Key, CelInput> {
  readonly #converted = new Map<Key, CelInput>();

  constructor(
    private readonly source: JsonObject,
    private readonly convert: (value: JsonValue, key: string) => CelInput,
  ) {}

  get size(): number {
    return Object.keys(this.source).length;
  }

  get(key: Key): CelInput | undefined {
    if (typeof key !== 'string' || !Object.hasOwn(this.source, key)) return undefined;
    const value = this.source[key];
    return value === undefined ? undefined : this.#member(key, value);
  }

  has(key: Key): boolean {
    return this.get(key) !== undefined;
  }

  forEach(callback: (value: CelInput, key: Key, map: ReadonlyMap<Key, CelInput>) => void): void {
    for (const [key, value] of this) callback(value, key, this);
  }

  keys(): MapIterator<Key> {
    return Object.keys(this.source).values();
  }

  values(): MapIterator<CelInput> {
    return this.#whole().values();
  }

  entries(): MapIterator<[Key, CelInput]> {
    return this.#whole().entries();
  }

  [Symbol.iterator](): MapIterator<[Key, CelInput]> {
    return this.entries();
  }

  #whole(): Map<Key, CelInput> {
    return new Map(Object.entries(this.source).map(([key, value]) => [key, this.#member(key, value)]));
  }

  #member(key: string, value: JsonValue): CelInput {
    const known = this.#converted.get(key);
    if (known !== undefined) return known;
    const converted = this.convert(value, key);
    this.#converted.set(key, converted);
    return converted;
  }
}
