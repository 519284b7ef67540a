import type { Principal } from '../../../common/domain/principal.js';
import type { UpstreamSession } from '../sign-in.js';

/**
 * Who calls with a token of this session. Without capabilities, which the claim mappings in force give.
 * @param scopes of the token
 * @param clientId of the client that got it
 * @param provider name of the identity provider
 */
export function principalOf(
  { identity }: UpstreamSession,
  scopes: readonly string[],
  clientId: string | null,
  provider: string,
  now: Date,
): Principal {
  const { userId, username, email, name, avatarUrl, profile, tokens } = identity;
  const isExpired = tokens.expiresAt !== null && tokens.expiresAt <= now;
  return {
    provider,
    clientId,
    userId,
    username,
    email,
    name,
    avatarUrl,
    profile,
    capabilities: [],
    scopes,
    externalToken: isExpired ? null : tokens.accessToken,
  };
}
