import type { Log } from '../../common/ports/log.js';
import type { HeldRuntime } from './held-runtime.js';

/**
 * Ends Runtimes that may share one database file, and runs work once all of them have let go of it, while the
 * code of each is still alive: the work may be that of any of them. The work is left out when one of them did not
 * end properly, since the file may be open then.
 */
export async function closeAll(
  runtimes: readonly HeldRuntime[],
  whileClosed: () => Promise<void>,
  log: Log,
): Promise<void> {
  const [first, ...rest] = runtimes;
  if (first === undefined) return whileClosed();
  let inner: Promise<void> | null = null;
  const closeRest = (work: () => Promise<void>): Promise<void> => (inner ??= closeAll(rest, work, log));
  try {
    await first.dispose(() => closeRest(whileClosed));
  } catch (error) {
    log.write('error', 'reload', 'A part of the server did not end properly', {}, error);
    return closeRest(() => Promise.resolve());
  }
  // it had begun to end before, or has no code to keep alive
  return closeRest(whileClosed);
}
