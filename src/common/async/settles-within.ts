/**
 * True once the work has settled either way, false when the time is up or the signal fires first. The work goes
 * on; that it may fail later is taken care of.
 */
export function settlesWithin(
  work: Promise<unknown>,
  limitMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (settled: boolean) => (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', late);
      resolve(settled);
    };
    const settled = end(true);
    const late = end(false);
    const timer = setTimeout(late, limitMs);
    if (signal?.aborted === true) late();
    else signal?.addEventListener('abort', late, { once: true });
    work.then(settled, settled);
  });
}
