/** A YAML mapping as plain data. */
export type Mapping = Readonly<Record<string, unknown>>;

/** True for plain objects; false for lists, dates, sets, bytes and scalars. */
export function isMapping(value: unknown): value is Mapping {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The member of a mapping, own keys only. */
export function member(value: unknown, key: string | number): unknown {
  if (Array.isArray(value)) return (value as readonly unknown[])[Number(key)];
  return isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The mapping with `change` applied to each of its members. */
export function mapMembers(mapping: Mapping, change: (value: unknown, key: string) => unknown): Mapping {
  return Object.fromEntries(Object.entries(mapping).map(([key, value]) => [key, change(value, key)]));
}

/** The value, if a mapping, with `change` applied to one member. */
export function changeMember(value: unknown, key: string, change: (value: unknown) => unknown): unknown {
  return isMapping(value) ? mapMembers(value, (item, name) => (name === key ? change(item) : item)) : value;
}

/** The value, if a mapping, without its other members. */
export function onlyMember(value: unknown, key: string): unknown {
  return isMapping(value)
    ? Object.fromEntries(Object.entries(value).filter(([name]) => name === key))
    : value;
}
