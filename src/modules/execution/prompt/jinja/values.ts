import { TemplateError } from './template-errors.js';
import type { Work } from './work.js';

/**
 * A Python value: text, an integer (`bigint`), a float (`number`), True or False, None (`null`), a list
 * (array), or one of the classes here. Nothing of JavaScript's own objects is reachable from it.
 */
export type Value = string | bigint | number | boolean | null | Value[] | PyObject;

/** A Python object other than a scalar or a list. */
export abstract class PyObject {
  /** The name of its Python type. */
  abstract readonly typeName: string;
}

/** An object with attributes. */
export interface Attributed {
  /** An attribute by name; undefined when there is none of that name. */
  attribute(name: string): Value | undefined;
}

export function hasAttributes(value: Value): value is Value & Attributed {
  return value instanceof PyObject && 'attribute' in value && typeof value.attribute === 'function';
}

/** The arguments of a call. */
export interface CallArguments {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

export class Callable extends PyObject implements Attributed {
  constructor(
    readonly name: string,
    readonly call: (args: CallArguments, work: Work) => Value,
    readonly typeName = 'builtin_function_or_method',
    private readonly attributes: ReadonlyMap<string, Value> = new Map(),
  ) {
    super();
  }

  attribute(name: string): Value | undefined {
    return this.attributes.get(name);
  }
}

/** What a name or member gives that is not there: prints empty, and fails where it is used. */
export class Undefined extends PyObject {
  readonly typeName = 'Undefined';

  constructor(readonly message: string) {
    super();
  }

  fail(): never {
    throw new TemplateError(this.message);
  }
}

/** Text that counts as HTML already. */
export class Markup extends PyObject {
  readonly typeName = 'Markup';

  constructor(readonly text: string) {
    super();
  }
}

export class Tuple extends PyObject {
  readonly typeName: string = 'tuple';

  constructor(readonly items: readonly Value[]) {
    super();
  }
}

/** One group of `groupby`: a tuple whose members have names. */
export class Group extends Tuple implements Attributed {
  override readonly typeName = '_GroupTuple';

  constructor(
    readonly grouper: Value,
    readonly list: Value[],
  ) {
    super([grouper, list]);
  }

  attribute(name: string): Value | undefined {
    if (name === 'grouper') return this.grouper;
    return name === 'list' ? this.list : undefined;
  }
}

/** What a dict's `items`, `keys` and `values` give. */
export class DictView extends PyObject {
  constructor(
    readonly typeName: 'dict_items' | 'dict_keys' | 'dict_values',
    readonly read: () => Value[],
  ) {
    super();
  }
}

/** A lazy sequence that can be walked once. */
export class Generator extends PyObject {
  readonly typeName = 'generator';

  constructor(readonly iterator: Iterator<Value>) {
    super();
  }
}

export class Range extends PyObject {
  readonly typeName = 'range';
  readonly length: bigint;

  constructor(
    readonly start: bigint,
    readonly stop: bigint,
    readonly step: bigint,
  ) {
    super();
    if (step === 0n) throw new TemplateError('range() arg 3 must not be zero');
    const span = step > 0n ? stop - start + step - 1n : start - stop - step - 1n;
    const size = step > 0n ? step : -step;
    this.length = span < 0n ? 0n : span / size;
  }
}

/** A holder of attributes that templates may assign to. */
export class Namespace extends PyObject implements Attributed {
  readonly typeName = 'Namespace';

  constructor(readonly members: Map<string, Value>) {
    super();
  }

  attribute(name: string): Value | undefined {
    return this.members.get(name);
  }
}

export class Dict extends PyObject {
  readonly typeName = 'dict';
  readonly #entries = new Map<string, { readonly key: Value; value: Value }>();

  static of(entries: Iterable<readonly [Value, Value]>): Dict {
    const dict = new Dict();
    for (const [key, value] of entries) dict.set(key, value);
    return dict;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: Value): Value | undefined {
    return this.#entries.get(hashOf(key))?.value;
  }

  has(key: Value): boolean {
    return this.#entries.has(hashOf(key));
  }

  set(key: Value, value: Value): void {
    const hash = hashOf(key);
    const entry = this.#entries.get(hash);
    if (entry === undefined) this.#entries.set(hash, { key, value });
    else entry.value = value;
  }

  delete(key: Value): boolean {
    return this.#entries.delete(hashOf(key));
  }

  clear(): void {
    this.#entries.clear();
  }

  keys(): Value[] {
    return [...this.#entries.values()].map((entry) => entry.key);
  }

  values(): Value[] {
    return [...this.#entries.values()].map((entry) => entry.value);
  }

  entries(): (readonly [Value, Value])[] {
    return [...this.#entries.values()].map((entry) => [entry.key, entry.value] as const);
  }
}

/** A text that is equal for values that Python takes for the same key: 1, 1.0 and True. */
export function hashOf(value: Value): string {
  if (typeof value === 'string') return `s${value}`;
  if (typeof value === 'bigint') return `n${value}`;
  if (typeof value === 'boolean') return value ? 'n1' : 'n0';
  if (typeof value === 'number') return `n${Number.isInteger(value) ? BigInt(value) : value}`;
  if (value === null) return 'none';
  if (value instanceof Markup) return `s${value.text}`;
  if (value instanceof Undefined) return 'undefined';
  if (value instanceof Tuple) return `t${JSON.stringify(value.items.map(hashOf))}`;
  if (hasHash(value)) return value.hash();
  throw new TemplateError(`unhashable type: '${typeName(value)}'`);
}

/** An object that can be a dict's key by more than its identity. */
export interface Hashable {
  hash(): string;
}

function hasHash(value: object): value is Hashable {
  return 'hash' in value && typeof value.hash === 'function';
}

export function typeName(value: Value): string {
  if (typeof value === 'string') return 'str';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'float';
  if (typeof value === 'boolean') return 'bool';
  if (value === null) return 'NoneType';
  return Array.isArray(value) ? 'list' : value.typeName;
}

/** Text of a `str` or of markup; null for everything else. */
export function textOf(value: Value): string | null {
  if (typeof value === 'string') return value;
  return value instanceof Markup ? value.text : null;
}

/** How errors name the object that lacks something: `dict object`, `None`. */
export function objectName(value: Value): string {
  if (value === null) return 'None';
  const module = modules[typeName(value)];
  return `${module === undefined ? '' : `${module}.`}${typeName(value)} object`;
}

const modules: Readonly<Record<string, string>> = {
  Undefined: 'jinja2.runtime',
  Macro: 'jinja2.runtime',
  LoopContext: 'jinja2.runtime',
  Namespace: 'jinja2.utils',
  Cycler: 'jinja2.utils',
  Joiner: 'jinja2.utils',
  Markup: 'markupsafe',
  date: 'datetime',
  time: 'datetime',
  datetime: 'datetime',
  _GroupTuple: 'jinja2.filters',
};
