import { randomUUID } from 'node:crypto';

const acceptable = /^[A-Za-z0-9._-]{1,128}$/;

/**
 * The id under which one request appears in log, audit and reply (telemetry.md §9): the caller's
 * `x-correlation-id` or `x-request-id` when it is sane, else a new UUID.
 */
export function correlationIdOf(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): string {
  for (const name of ['x-correlation-id', 'x-request-id']) {
    const given = headers[name];
    if (typeof given === 'string' && acceptable.test(given)) return given;
  }
  return randomUUID();
}
