import type { IncomingRequest } from '../../common/domain/incoming-request.js';

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * The base URL of this server as the sender of a request knows it, without trailing slash: the public one, or where
 * the request was sent when nobody said what that is or when both are loopback names. Null for a request that does
 * not say where it was sent.
 */
export function publicBase(publicUrl: string | null, { origin }: IncomingRequest): string | null {
  const sentTo = URL.parse(origin);
  if (publicUrl === null) return sentTo?.origin ?? null;
  if (sentTo === null) return publicUrl;
  const known = new URL(publicUrl);
  if (!loopbackNames.has(known.hostname) || !loopbackNames.has(sentTo.hostname)) return publicUrl;
  return `${sentTo.origin}${known.pathname.replace(/\/+$/, '')}`;
}
