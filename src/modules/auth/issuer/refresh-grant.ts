import { errors, type RefreshToken, type TokenEndpointGrantContext } from 'oidc-provider';
import { ProviderRefusedError } from '../../../common/errors/auth-errors.js';
import { UnavailableError } from '../../../common/errors/server-errors.js';
import type { UpstreamSession, UpstreamSessions } from '../sign-in.js';
import type { GrantEnding } from './grant-ending.js';
import type { GrantHandler } from './library-grants.js';
import type { RotatedTokens } from './rotated-tokens.js';
import { AlreadyUsedError } from './store-adapter.js';
import { checkResource, tokenAnswer } from './token-answer.js';
import type { TokenLifetimes } from './token-lifetimes.js';

/**
 * Redeems refresh tokens: the identity provider is asked first, the token is used up after that, and one that comes
 * back gets the same answer for some seconds; later it is taken for stolen and ends the grant (auth.md §4.6).
 */
export class RefreshGrant {
  constructor(
    private readonly library: GrantHandler,
    private readonly sessions: UpstreamSessions,
    private readonly ending: GrantEnding,
    private readonly lifetimes: TokenLifetimes,
    private readonly rotated: RotatedTokens,
  ) {}

  async handle(ctx: TokenEndpointGrantContext): Promise<void> {
    const token = await this.#find(ctx);
    const grantId = token?.grantId;
    if (token === null || grantId === undefined || token.isExpired) {
      // not there, another's, or too old: oidc-provider words the refusal
      await this.library(ctx);
      return;
    }
    checkResource(ctx, token);
    const usedAt = await this.rotated.usedAt(token.jti);
    if (usedAt !== null) {
      await this.#again(ctx, token.jti, grantId, usedAt);
      return;
    }
    this.lifetimes.bind(ctx, await this.#renewed(grantId));
    try {
      await this.library(ctx);
    } catch (error) {
      if (!(error instanceof AlreadyUsedError)) throw error;
      await this.#again(ctx, token.jti, grantId, null);
      return;
    }
    const answer = tokenAnswer(ctx.body);
    await this.rotated.keep(token.jti, grantId, answer);
    ctx.body = answer;
  }

  /** The user as the provider has them now. Without the provider's refresh token: as they were, for a day. */
  async #renewed(grantId: string): Promise<UpstreamSession> {
    try {
      const session = await this.sessions.find(grantId);
      if (session !== null && !this.lifetimes.isOver(session)) {
        return session.identity.tokens.refreshToken === null ? session : await this.sessions.renew(grantId);
      }
    } catch (error) {
      if (!(error instanceof ProviderRefusedError)) throw error;
    }
    await this.ending.end(grantId);
    throw new errors.InvalidGrant('the sign-in has ended');
  }

  /** @param usedAt seconds since 1970; null: just now, by another request */
  async #again(
    ctx: TokenEndpointGrantContext,
    token: string,
    grantId: string,
    usedAt: number | null,
  ): Promise<void> {
    const answer = await this.rotated.answerTo(token, usedAt);
    if (answer !== null) {
      ctx.body = answer;
      return;
    }
    // whoever is about to answer takes long, or failed: not a reason to end the grant
    if (this.rotated.isWithinGrace(usedAt)) throw new UnavailableError('The token is being refreshed');
    await this.ending.end(grantId);
    throw new errors.InvalidGrant('refresh token already used');
  }

  async #find(ctx: TokenEndpointGrantContext): Promise<RefreshToken | null> {
    const value = ctx.oidc.params['refresh_token'];
    if (typeof value !== 'string') return null;
    const token = await ctx.oidc.provider.RefreshToken.find(value, { ignoreExpiration: true });
    return token?.clientId === ctx.oidc.client.clientId ? token : null;
  }
}
