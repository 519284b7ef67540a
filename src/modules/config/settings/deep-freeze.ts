import { isMapping } from '../mapping.js';

/** Freezes a tree of plain objects and lists; what is of a class is frozen but not entered. */
export function deepFreeze<T>(value: T): T {
  if (Array.isArray(value)) value.forEach(deepFreeze);
  else if (isMapping(value)) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
