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
    const known = this.#converted.get(key);
    if (known !== undefined || typeof key !== 'string' || !Object.hasOwn(this.source, key)) return known;
    const value = this.source[key];
    if (value === undefined) return undefined;
    const converted = this.convert(value, key);
    this.#converted.set(key, converted);
    return converted;
  }

  has(key: Key): boolean {
    return this.get(key) !== undefined;
  }

  forEach(callback: (value: CelInput, key: Key, map: ReadonlyMap<Key, CelInput>) => void): void {
    this.#whole().forEach((value, key) => {
      callback(value, key, this);
    });
  }

  keys(): MapIterator<Key> {
    return new Map<Key, true>(Object.keys(this.source).map((key) => [key, true])).keys();
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
    const whole = new Map<Key, CelInput>();
    for (const key of Object.keys(this.source)) {
      const value = this.get(key);
      if (value !== undefined) whole.set(key, value);
    }
    return whole;
  }
}
