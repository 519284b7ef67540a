import type { IdentityProviderConfig } from '../../../common/domain/app-config.js';
import { isJsonObject } from '../../../common/domain/json.js';
import type { Clock } from '../../../common/ports/clock.js';
import { openIdConfiguration, type ProviderEndpoints } from './openid-configuration.js';
import { OpenIdProvider, type ProviderTraits } from './openid-provider.js';
import { idOf, personOf, textOf } from './person.js';
import type { ProviderHttp } from '../provider-http.js';

export type FixedConfig = Extract<IdentityProviderConfig, { authUrl: string }> & {
  readonly kind: FixedKind;
};
type FixedKind = 'google' | 'atlassian' | 'salesforce';

/** What is known of a provider beside the two URLs of its block (auth.md §6). */
interface KnownProvider
  extends Pick<ProviderTraits, 'authorizeParameters' | 'personOf'>, Omit<ProviderEndpoints, 'metadata'> {
  readonly userInfoUrl: (tokenUrl: string) => string;
  readonly issuer?: string;
  readonly jwksUri?: string;
}

const known: Readonly<Record<FixedKind, KnownProvider>> = {
  google: {
    openId: true,
    issuer: 'https://accounts.google.com',
    jwksUri: 'https://www.googleapis.com/oauth2/v3/certs',
    userInfoUrl: () => 'https://www.googleapis.com/oauth2/v2/userinfo',
    // without these Google gives a refresh token at a user's very first sign-in only
    authorizeParameters: { access_type: 'offline', prompt: 'consent' },
    personOf: (userInfo) => personOf(userInfo, idOf(userInfo, 'sub', 'id'), null),
  },
  atlassian: {
    openId: false,
    tokenRequest: 'json',
    userInfoUrl: () => 'https://api.atlassian.com/me',
    authorizeParameters: { audience: 'api.atlassian.com', prompt: 'consent' },
    personOf: (userInfo) => personOf(userInfo, idOf(userInfo, 'account_id'), textOf(userInfo, 'nickname')),
  },
  salesforce: {
    openId: false,
    // sandboxes and My Domains have hosts of their own
    userInfoUrl: (tokenUrl) => new URL('/services/oauth2/userinfo', tokenUrl).href,
    authorizeParameters: {},
    personOf: (userInfo) => {
      const { photos } = userInfo;
      return {
        ...personOf(userInfo, idOf(userInfo, 'user_id'), textOf(userInfo, 'username')),
        avatarUrl: isJsonObject(photos) ? textOf(photos, 'picture') : null,
      };
    },
  },
};

/** Google, Atlassian and Salesforce, whose endpoints the settings and this file know. */
export function fixedProvider(config: FixedConfig, http: ProviderHttp, clock: Clock): OpenIdProvider {
  const { userInfoUrl, issuer, jwksUri, openId, tokenRequest = 'form', ...traits } = known[config.kind];
  const metadata = {
    issuer: issuer ?? new URL(config.authUrl).origin,
    authorization_endpoint: config.authUrl,
    token_endpoint: config.tokenUrl,
    ...(jwksUri === undefined ? {} : { jwks_uri: jwksUri }),
  };
  const configuration = openIdConfiguration(
    { metadata, openId, tokenRequest },
    config.clientId,
    config.clientSecret,
    http,
  );
  return new OpenIdProvider(
    {
      ...traits,
      name: config.name,
      scope: config.scope,
      configuration,
      pkce: true,
      tokenParameters: {},
      userInfoUrl: userInfoUrl(config.tokenUrl),
    },
    http,
    clock,
  );
}
