import type { ApiKeyConfig, AuthConfig } from '../../common/domain/app-config.js';
import { withCapabilities } from '../../common/domain/capabilities.js';
import type { IncomingRequest } from '../../common/domain/incoming-request.js';
import { anonymous, type Principal } from '../../common/domain/principal.js';
import { ScopeMissingError, UnauthenticatedError } from '../../common/errors/auth-errors.js';
import type { Authenticator, Refusal } from '../../common/ports/authenticator.js';
import type { AuthStatus, Metrics } from '../../common/ports/metrics.js';
import type { TokenVerifier, VerifiedToken } from '../../common/ports/token-verifier.js';
import { ApiKeys } from './api-keys/api-keys.js';
import { visitorOf, type AuthEvent } from './auth-journal.js';
import { challenge } from './challenge.js';
import { apiKey, bearerToken } from './credentials.js';
import type { Denials } from './denials.js';
import type { PublicBase } from './http/public-base.js';

/** The scheme that is offered where only API keys are taken; it has no parameters. */
const API_KEY_SCHEME = 'ApiKey';

/**
 * Lets in who brings a valid API key or a valid bearer token, each enough by itself (operations.md §10). A key is
 * looked at first; one that is nobody's does not spoil a valid token. While neither keys nor OAuth are configured
 * everybody is let in as the anonymous caller; once they are, a reload that removes them lets nobody in.
 */
export class BearerAuthenticator implements Authenticator {
  readonly #rings = new WeakMap<readonly ApiKeyConfig[], ApiKeys>();
  #isClosed = false;

  /**
   * @param settings those in force
   * @param verifier of bearer tokens; null when only API keys are taken
   * @param base how clients reach the server
   */
  constructor(
    private readonly settings: () => AuthConfig,
    private readonly verifier: TokenVerifier | null,
    private readonly base: PublicBase,
    private readonly denials: Denials,
    private readonly metrics: Metrics,
  ) {}

  async authenticate(request: IncomingRequest): Promise<Principal> {
    const settings = this.settings();
    if (this.#isOpen(settings)) return anonymous;
    const owner = this.#ownerOfKey(request, settings);
    if (owner !== null) {
      this.metrics.authAttempted('api_key', 'success');
      return owner;
    }
    const { principal } = await this.#verified(request, settings).catch((error: unknown) =>
      this.#deny(error, request, anonymous),
    );
    const missing = settings.requiredScopes.filter((scope) => !principal.scopes.includes(scope));
    if (missing.length > 0) return this.#deny(new ScopeMissingError(missing), request, principal);
    this.metrics.authAttempted(providerOf(settings), 'success');
    return withCapabilities(principal, settings.claimMappings);
  }

  refusal(error: UnauthenticatedError | ScopeMissingError, request: IncomingRequest): Refusal {
    if (error instanceof ScopeMissingError) {
      return {
        status: 403,
        challenge: this.#challenge('insufficient_scope', error.message, request),
        error: 'insufficient_scope',
        description: error.message,
      };
    }
    const description = 'Authentication required';
    if (this.verifier === null) {
      return { status: 401, challenge: API_KEY_SCHEME, error: 'unauthorized', description };
    }
    // RFC 6750 §3: who has shown no token has made no error
    const isTokenGiven = error.reason !== 'no_token' && error.reason !== 'api_key';
    return {
      status: 401,
      challenge: isTokenGiven
        ? this.#challenge('invalid_token', description, request)
        : this.#challenge(null, null, request),
      error: isTokenGiven ? 'invalid_token' : 'unauthorized',
      description,
    };
  }

  /** Both refusals name every scope that a token needs: a client that asks for the missing ones alone loses the rest. */
  #challenge(error: string | null, description: string | null, request: IncomingRequest): string {
    const { requiredScopes } = this.settings();
    return challenge('Bearer', [
      ['error', error],
      ['error_description', description],
      ['scope', requiredScopes.length === 0 ? null : requiredScopes.join(' ')],
      ['resource_metadata', `${this.base.for(request.origin)}/.well-known/oauth-protected-resource/mcp`],
    ]);
  }

  #isOpen({ oauth, apiKeys }: AuthConfig): boolean {
    this.#isClosed ||= oauth !== null || apiKeys.length > 0;
    return !this.#isClosed;
  }

  #ownerOfKey(request: IncomingRequest, { apiKeys }: AuthConfig): Principal | null {
    const given = apiKey(request);
    if (given.kind !== 'given' || apiKeys.length === 0) return null;
    let ring = this.#rings.get(apiKeys);
    if (ring === undefined) {
      ring = new ApiKeys(apiKeys);
      this.#rings.set(apiKeys, ring);
    }
    return ring.ownerOf(given.value);
  }

  /** @throws UnauthenticatedError, UnavailableError when nobody can say now */
  async #verified(request: IncomingRequest, { apiKeys }: AuthConfig): Promise<VerifiedToken> {
    const token = this.verifier === null ? null : bearerToken(request);
    if (token?.kind === 'given' && this.verifier !== null) return this.verifier.verify(token.value);
    if (token?.kind === 'malformed') throw new UnauthenticatedError('invalid_token');
    const isKeyGiven = apiKeys.length > 0 && apiKey(request).kind !== 'absent';
    throw new UnauthenticatedError(isKeyGiven ? 'api_key' : 'no_token');
  }

  async #deny(error: unknown, request: IncomingRequest, caller: Principal): Promise<never> {
    const { status, reason } = denialOf(error);
    const isOfKey = reason === 'api_key';
    this.metrics.authAttempted(isOfKey ? 'api_key' : providerOf(this.settings()), status);
    await this.denials.record({
      ...visitorOf(request),
      type: 'auth.denied',
      status: 'error',
      reason,
      userId: caller.userId,
      clientId: caller.clientId,
    });
    throw error;
  }
}

/** `Principal.provider` of those who come with a token, where tokens are taken; else of those with a key. */
export function providerOf({ oauth }: AuthConfig): string {
  if (oauth === null) return 'api_key';
  return oauth.mode === 'verifier' ? oauth.name : oauth.provider.name;
}

function denialOf(error: unknown): { readonly status: AuthStatus; readonly reason: AuthEvent['reason'] } {
  if (error instanceof ScopeMissingError) return { status: 'forbidden', reason: 'insufficient_scope' };
  if (!(error instanceof UnauthenticatedError)) return { status: 'error', reason: 'provider_error' };
  const { reason } = error;
  if (reason === 'provider_error') return { status: 'error', reason };
  return { status: reason === 'api_key' ? 'invalid_token' : reason, reason };
}
