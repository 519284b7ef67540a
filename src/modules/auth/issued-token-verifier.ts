import { isJsonArray, type JsonObject } from '../../common/domain/json.js';
import { UnauthenticatedError } from '../../common/errors/auth-errors.js';
import type { Clock } from '../../common/ports/clock.js';
import type { TokenStore } from '../../common/ports/token-store.js';
import { TokenVerifier, type VerifiedToken } from '../../common/ports/token-verifier.js';
import type { ResourceIdentifiers } from './resource-identifiers.js';
import type { UpstreamSession, UpstreamSessions } from './sign-in.js';
import { principalOf } from './issuer/principal-of.js';
import { scopesOf } from './issuer/scope-policy.js';

/** Longest that an answer is kept, and how long before its end the provider's token is renewed. */
const KEPT_MS = 60_000;

/** Verifies the tokens that this server issued: opaque, looked up, joined with their user's session. */
export class IssuedTokenVerifier extends TokenVerifier {
  /** @param provider what principals name as their identity provider */
  constructor(
    private readonly store: TokenStore,
    private readonly sessions: UpstreamSessions,
    private readonly resources: ResourceIdentifiers,
    private readonly clock: Clock,
    private readonly provider: string,
  ) {
    super();
  }

  override async verify(token: string): Promise<VerifiedToken> {
    const issued = await this.store.find('AccessToken', token);
    if (issued === null) throw new UnauthenticatedError('invalid_token');
    const { grantId, exp, clientId } = issued;
    if (typeof grantId !== 'string' || typeof exp !== 'number' || !this.#isForUs(issued)) {
      throw new UnauthenticatedError('invalid_token');
    }
    const nowMs = this.clock.now().getTime();
    if (exp * 1000 <= nowMs) throw new UnauthenticatedError('expired');
    const session = await this.sessions.fresh(grantId);
    if (session === null) throw new UnauthenticatedError('invalid_token');
    return {
      principal: principalOf(
        session,
        scopesOf(issued['scope']),
        typeof clientId === 'string' ? clientId : null,
        this.provider,
        new Date(nowMs),
      ),
      validUntil: validUntil(session, exp * 1000, nowMs),
      grantId,
    };
  }

  #isForUs({ aud }: JsonObject): boolean {
    const audiences = isJsonArray(aud) ? aud : [aud];
    return audiences.some((audience) => typeof audience === 'string' && this.resources.includes(audience));
  }
}

function validUntil({ identity }: UpstreamSession, endMs: number, nowMs: number): Date {
  const { expiresAt, refreshToken } = identity.tokens;
  const upstreamMs = expiresAt?.getTime() ?? Infinity;
  // one that can be renewed is, ahead of time; one that cannot is handed out to its end
  const renewalMs = refreshToken === null ? upstreamMs : upstreamMs - KEPT_MS;
  const ahead = renewalMs > nowMs ? renewalMs : refreshToken === null ? Infinity : nowMs;
  return new Date(Math.min(nowMs + KEPT_MS, endMs, ahead));
}
