/** The fields of `T` that may be left out, without null. */
type Present<T> = { [K in keyof T]?: NonNullable<T[K]> };

/** The fields that hold something; those that are null or undefined are left out. */
export function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null)) as Present<T>;
}
