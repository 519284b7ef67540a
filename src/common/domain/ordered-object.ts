type Members<T> = Readonly<Record<string, T>>;

/** Makes an object list its members in a certain order. */
export type Order = <T>(object: Members<T>) => Members<T>;

/**
 * What keeps members of these names in this order; null where they keep it by themselves, as all do but those that
 * are whole numbers, which JavaScript moves to the front. What it makes is a proxy: every serialiser and every walk
 * over keys and entries follows the order, a copy by `{...}` loses it, and a message to a thread cannot carry it.
 */
export function orderOf(names: readonly string[]): Order | null {
  const sample = Object.fromEntries(names.map((name) => [name, null]));
  return lists(sample, names) ? null : (object) => listing(object, names);
}

/** An object with these entries, in their order. */
export function orderedObject<T>(entries: readonly (readonly [string, T])[]): Members<T> {
  const object = Object.fromEntries(entries);
  const names = entries.map(([name]) => name);
  return lists(object, names) ? object : listing(object, names);
}

function lists(object: Members<unknown>, names: readonly string[]): boolean {
  return Object.keys(object).every((name, index) => name === names[index]);
}

function listing<T>(object: Members<T>, names: readonly string[]): Members<T> {
  return new Proxy(object, { ownKeys: () => names });
}
