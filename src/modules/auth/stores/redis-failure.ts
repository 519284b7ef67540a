/**
 * What went wrong with Redis, in a word or a few. The driver's errors themselves must not go any further: those of
 * Redis carry the command with its arguments, the password of AUTH among them.
 */
export function redisFailure(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error.name === 'ReplyError') return /^[A-Z]+/.exec(error.message)?.[0] ?? error.name;
  return error.name === 'Error' ? error.message : error.name;
}
