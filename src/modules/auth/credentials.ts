import type { IncomingRequest } from '../../common/domain/incoming-request.js';

/** Longest credential that is looked at. */
const LONGEST = 8_192;

/** RFC 6750 §2.1: the scheme in any case, then one token. */
const bearer = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

/** What a header brings: nothing, one credential, or something that is none. */
export type Credential =
  { readonly kind: 'absent' | 'malformed' } | { readonly kind: 'given'; readonly value: string };

const absent: Credential = { kind: 'absent' };
const malformed: Credential = { kind: 'malformed' };

/** The bearer token of `Authorization`; a query string is never looked at. */
export function bearerToken({ headers }: IncomingRequest): Credential {
  const header = headers['authorization'];
  if (header === undefined || header === '') return absent;
  if (typeof header !== 'string' || header.length > LONGEST) return malformed;
  const token = bearer.exec(header)?.[1];
  return token === undefined ? malformed : { kind: 'given', value: token };
}

/** The key of `x-api-key`. */
export function apiKey({ headers }: IncomingRequest): Credential {
  const header = headers['x-api-key'];
  if (header === undefined || header === '') return absent;
  if (typeof header !== 'string' || header.length > LONGEST) return malformed;
  return { kind: 'given', value: header };
}
