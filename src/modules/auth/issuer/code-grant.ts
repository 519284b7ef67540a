import { errors, type AuthorizationCode, type TokenEndpointGrantContext } from 'oidc-provider';
import type { UpstreamSessions } from '../sign-in.js';
import type { GrantEnding } from './grant-ending.js';
import type { GrantHandler } from './library-grants.js';
import { checkResource, tokenAnswer } from './token-answer.js';
import type { TokenLifetimes } from './token-lifetimes.js';

/**
 * Redeems authorization codes. A code gets one try: if its own client cannot redeem it, or brings it again, it and
 * everything that came of it are dead (auth.md §4.6).
 */
export class CodeGrant {
  constructor(
    private readonly library: GrantHandler,
    private readonly sessions: UpstreamSessions,
    private readonly ending: GrantEnding,
    private readonly lifetimes: TokenLifetimes,
  ) {}

  async handle(ctx: TokenEndpointGrantContext): Promise<void> {
    const code = await this.#find(ctx);
    const grantId = code?.grantId;
    if (code === null || grantId === undefined) {
      // not there, or another's: oidc-provider words the refusal
      await this.library(ctx);
      return;
    }
    checkResource(ctx, code);
    try {
      await this.#redeem(ctx, code, grantId);
    } catch (error) {
      if (error instanceof errors.OIDCProviderError) await this.ending.end(grantId);
      throw error;
    }
  }

  async #redeem(ctx: TokenEndpointGrantContext, code: AuthorizationCode, grantId: string): Promise<void> {
    const session = await this.sessions.find(grantId);
    if (session === null) throw new errors.InvalidGrant('the sign-in has ended');
    this.lifetimes.bind(ctx, session);
    // OAuth 2.1 leaves it out of the token request; one that is sent must be the same
    ctx.oidc.params['redirect_uri'] ??= code.redirectUri;
    await this.library(ctx);
    ctx.body = tokenAnswer(ctx.body);
    await this.#prolong(ctx, this.lifetimes.endOf(session));
  }

  /** A grant whose code was redeemed lives as long as its session. */
  async #prolong(ctx: TokenEndpointGrantContext, end: number): Promise<void> {
    const grant = ctx.oidc.entities.Grant;
    if (grant === undefined) return;
    grant.exp = end;
    await grant.save();
  }

  async #find(ctx: TokenEndpointGrantContext): Promise<AuthorizationCode | null> {
    const value = ctx.oidc.params['code'];
    if (typeof value !== 'string') return null;
    const code = await ctx.oidc.provider.AuthorizationCode.find(value, { ignoreExpiration: true });
    return code?.clientId === ctx.oidc.client.clientId ? code : null;
  }
}
