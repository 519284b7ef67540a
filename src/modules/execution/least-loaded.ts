/** The one with the fewest calls, the first of several; null when there is none. */
export function leastLoaded<T extends { readonly load: number }>(candidates: readonly T[]): T | null {
  let best: T | null = null;
  let least = Infinity;
  for (const candidate of candidates) {
    // asked once, for it may be counted anew each time
    const { load } = candidate;
    if (load < least) [best, least] = [candidate, load];
  }
  return best;
}
