import { isLoopback } from '../../../common/domain/loopback.js';

const MOST_URIS = 10;
const LONGEST_URI = 2048;

/** Editors that registered their scheme before reverse domain names were asked for (RFC 8252 §7.1). */
const knownSchemes = new Set(['cursor:', 'vscode:', 'vscode-insiders:']);

/** Why nobody may be sent to these URIs (auth.md §4.3); null when all are fine. */
export function redirectUrisProblem(uris: readonly unknown[]): string | null {
  if (uris.length === 0) return 'redirect_uris must contain at least one URI';
  if (uris.length > MOST_URIS) return `redirect_uris must not contain more than ${MOST_URIS} URIs`;
  for (const uri of uris) {
    const problem = redirectUriProblem(uri);
    if (problem !== null) return problem;
  }
  return null;
}

function redirectUriProblem(uri: unknown): string | null {
  if (typeof uri !== 'string') return 'redirect_uris must only contain strings';
  if (uri.length > LONGEST_URI) return `redirect_uris must not be longer than ${LONGEST_URI} characters`;
  const url = URL.parse(uri);
  if (url === null) return 'redirect_uris must only contain absolute URIs';
  if (uri.includes('#')) return 'redirect_uris must not contain fragments';
  if (url.username !== '' || url.password !== '') return 'redirect_uris must not contain user names';
  if (url.protocol === 'https:') return null;
  if (url.protocol === 'http:') {
    return isLoopback(url) ? null : 'redirect_uris must use https, or http on a loopback host';
  }
  if (url.protocol.includes('.') || knownSchemes.has(url.protocol)) return null;
  return 'redirect_uris must use https, http on a loopback host, or a private-use scheme with a dot';
}

/**
 * What oidc-provider calls the kind of client: on a `native` one the port of a loopback URI may differ, a `web` one
 * may have https on a loopback host.
 */
export function applicationType(uris: readonly string[]): 'native' | 'web' {
  return uris.every((uri) => {
    const url = URL.parse(uri);
    if (url?.protocol === 'https:') return !isLoopback(url);
    return url?.protocol !== 'http:' || isLoopback(url);
  })
    ? 'native'
    : 'web';
}
