/**
 * Waits until a call has let go of what it held, such as its SQL. Whoever cancelled it does not wait: the database
 * may be busy with somebody else's statement until then.
 */
export async function letGo(ending: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) ending.catch(() => undefined);
  else await ending;
}
