import { isCelList, isCelUint, type CelValue } from '@bufbuild/cel';

/** Truth of any value (policies.md §4): zero, empty text, an empty list and null are false, all else true. */
export function isTrue(value: CelValue): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'object') {
    if (isCelList(value)) return value.size > 0;
    return isCelUint(value) ? value.value !== 0n : value !== null;
  }
  return value !== 0 && value !== 0n && value !== '';
}
