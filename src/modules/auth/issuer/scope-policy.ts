import type { OAuthClientConfig } from '../../../common/domain/app-config.js';
import { supportedScopes } from '../supported-scopes.js';

/**
 * A scope that every grant has and no answer shows: oidc-provider gives out nothing without a scope, and a server
 * need not have any.
 */
export const innerScope = 'mxcp:session';

/** Which scopes the server knows, and which of them a client may get (auth.md §13.10). */
export class ScopePolicy {
  /** @param required follows a reload */
  constructor(
    private readonly required: () => readonly string[],
    private readonly clients: readonly OAuthClientConfig[],
  ) {}

  get supported(): readonly string[] {
    return supportedScopes(this.required(), this.clients);
  }

  /** Unknown scopes are left out; null when something was asked for and nothing of it can be given. */
  granted(clientId: string, requested: readonly string[]): readonly string[] | null {
    const supported = this.supported;
    const own = this.clients.find((client) => client.clientId === clientId)?.scopes ?? [];
    const allowed = new Set(own.length > 0 ? own : supported);
    const wanted = requested.length > 0 ? requested : this.required();
    const granted = [...new Set(wanted)].filter((scope) => allowed.has(scope));
    const isRefused = requested.length > 0 && granted.length === 0 && supported.length > 0;
    return isRefused ? null : granted;
  }
}

/** The scopes of a text, without the inner one. */
export function scopesOf(text: unknown): readonly string[] {
  if (typeof text !== 'string') return [];
  return text.split(' ').filter((scope) => scope !== '' && scope !== innerScope);
}
