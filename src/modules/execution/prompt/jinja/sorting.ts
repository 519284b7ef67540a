import { order } from './operators.js';
import type { Value } from './values.js';
import type { Work } from './work.js';

/** Python's `sorted`: stable, also when reversed. */
export function sorted(
  items: readonly Value[],
  keyOf: (item: Value) => Value,
  isReversed: boolean,
  work: Work,
): Value[] {
  const keyed = items.map((item) => ({ item, key: keyOf(item) }));
  keyed.sort((a, b) => {
    work.spend(1);
    return isReversed ? order(b.key, a.key) : order(a.key, b.key);
  });
  return keyed.map((entry) => entry.item);
}
