import { decodeJwt } from 'jose';
import * as openid from 'openid-client';
import { isJsonObject, objectOf, type JsonObject } from '../../../common/domain/json.js';
import { parseJsonText } from '../../../common/domain/json-text.js';
import { ProviderRefusedError } from '../../../common/errors/auth-errors.js';
import type { Clock } from '../../../common/ports/clock.js';
import type {
  IdentityProvider,
  LoginAttempt,
  UpstreamIdentity,
  UpstreamTokens,
} from '../../../common/ports/identity-provider.js';
import { withProviderErrors } from './openid-errors.js';
import type { PersonOf } from './person.js';
import { unusableIdentity, userInfoAnswer } from './provider-answers.js';
import type { ProviderHttp } from '../provider-http.js';
import {
  scopesIn,
  secondsIn,
  upstreamIdentity,
  upstreamTokens,
  type TokenGrant,
} from './upstream-identity.js';

/** In what one provider differs from another (auth.md §6). */
export interface ProviderTraits {
  readonly name: string;
  readonly scope: string;
  readonly configuration: openid.Configuration;
  /** Whether the provider knows PKCE with S256. */
  readonly pkce: boolean;
  readonly authorizeParameters: Readonly<Record<string, string>>;
  /** Of code exchanges and refreshes. */
  readonly tokenParameters: Readonly<Record<string, string>>;
  readonly userInfoUrl: string;
  readonly personOf: PersonOf;
}

/** Signs users in with openid-client, at OpenID providers and at those with OAuth and user info only. */
export class OpenIdProvider implements IdentityProvider {
  readonly name: string;
  readonly scopes: readonly string[];
  /** The provider sends an ID token, since it is asked to. */
  readonly #identified: boolean;

  constructor(
    private readonly traits: ProviderTraits,
    private readonly http: ProviderHttp,
    private readonly clock: Clock,
  ) {
    this.name = traits.name;
    this.scopes = scopesIn(traits.scope);
    this.#identified =
      this.scopes.includes('openid') && traits.configuration.serverMetadata().jwks_uri !== undefined;
  }

  async begin(login: LoginAttempt): Promise<URL> {
    const { configuration, scope, pkce, authorizeParameters } = this.traits;
    return openid.buildAuthorizationUrl(configuration, {
      ...authorizeParameters,
      redirect_uri: login.redirectUri,
      state: login.state,
      ...(scope === '' ? {} : { scope }),
      ...(this.#identified ? { nonce: login.nonce } : {}),
      ...(pkce
        ? {
            code_challenge: await openid.calculatePKCECodeChallenge(login.codeVerifier),
            code_challenge_method: 'S256',
          }
        : {}),
    });
  }

  async complete(login: LoginAttempt, callback: URL): Promise<UpstreamIdentity> {
    const { configuration, pkce, tokenParameters } = this.traits;
    // the URL that the provider was given, whatever a proxy made of it since
    const url = new URL(login.redirectUri);
    url.search = callback.search;
    const checks = {
      expectedState: login.state,
      ...(pkce ? { pkceCodeVerifier: login.codeVerifier } : {}),
      ...(this.#identified ? { expectedNonce: login.nonce } : {}),
    };
    return withProviderErrors(async () => {
      const answer = await openid.authorizationCodeGrant(configuration, url, checks, { ...tokenParameters });
      const tokens = upstreamTokens(grantOf(answer), this.scopes, this.clock.now());
      return this.#identify(answer, tokens, null);
    });
  }

  async refresh(identity: UpstreamIdentity): Promise<UpstreamIdentity> {
    const { refreshToken, scopes } = identity.tokens;
    if (refreshToken === null) throw new ProviderRefusedError('invalid_grant');
    const parameters = {
      ...this.traits.tokenParameters,
      ...(scopes.length > 0 ? { scope: scopes.join(' ') } : {}),
    };
    return withProviderErrors(async () => {
      const answer = await openid.refreshTokenGrant(
        this.traits.configuration,
        refreshToken.reveal(),
        parameters,
      );
      const tokens = upstreamTokens(grantOf(answer), scopes, this.clock.now(), identity.tokens);
      return this.#identify(answer, tokens, identity);
    });
  }

  async revoke(tokens: UpstreamTokens): Promise<void> {
    const { configuration } = this.traits;
    if (configuration.serverMetadata().revocation_endpoint === undefined) return;
    await withProviderErrors(async () => {
      // first the one that could make others
      for (const token of [tokens.refreshToken, tokens.accessToken]) {
        if (token !== null) await openid.tokenRevocation(configuration, token.reveal());
      }
    });
  }

  /** @param former who the tokens must still belong to; null at a sign-in */
  async #identify(
    answer: Answer,
    tokens: UpstreamTokens,
    former: UpstreamIdentity | null,
  ): Promise<UpstreamIdentity> {
    const idClaims = plain(answer.claims());
    const userInfo = await this.#userInfo(answer.access_token);
    const person = this.traits.personOf(userInfo);
    const subject = idClaims?.['sub'] ?? person.userId;
    if (subject !== person.userId || (former !== null && former.userId !== person.userId)) {
      throw unusableIdentity('the user info is about somebody else');
    }
    const claims = { ...accessClaims(answer.access_token), ...idClaims, ...userInfo };
    // claims that came in the ID token only are not lost when a refresh brings none
    const kept = former !== null && idClaims === null ? withoutScope(former.profile) : {};
    return upstreamIdentity(person, { ...kept, ...claims }, tokens);
  }

  async #userInfo(accessToken: string): Promise<JsonObject> {
    const headers = { accept: 'application/json', authorization: `Bearer ${accessToken}` };
    return userInfoAnswer(await this.http.send(this.traits.userInfoUrl, { headers }));
  }
}

type Answer = openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers;

function grantOf(answer: Answer): TokenGrant {
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token ?? null,
    expiresIn: secondsIn(answer.expires_in),
    scope: answer.scope ?? '',
  };
}

/** Claims of an access token, if it is a JWT. Not verified: it came from the provider itself, over TLS. */
function accessClaims(accessToken: string): JsonObject | null {
  try {
    return plain(decodeJwt(accessToken));
  } catch {
    return null;
  }
}

function plain(claims: object | undefined): JsonObject | null {
  const value = claims === undefined ? undefined : parseJsonText(JSON.stringify(claims));
  return isJsonObject(value) ? value : null;
}

/** The scope may have been ours, and is said anew. */
function withoutScope(claims: JsonObject): JsonObject {
  return objectOf(Object.entries(claims).filter(([name]) => name !== 'scope'));
}
