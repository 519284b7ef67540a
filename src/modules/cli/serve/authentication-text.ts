import type { AppConfig } from '../../../common/domain/app-config.js';

const loopback = new Set(['localhost', '127.0.0.1', '::1']);

/** How callers show who they are, for the operator who starts the server. */
export function authenticationText({ auth, http }: AppConfig): string {
  const { oauth, apiKeys } = auth;
  const ways = [
    ...(oauth === null ? [] : [oauthText(oauth)]),
    ...(apiKeys.length === 0 ? [] : [`API keys (${apiKeys.length})`]),
  ];
  if (ways.length > 0) return ways.join(', ');
  return loopback.has(http.host) && http.baseUrl === null
    ? 'none, on this machine only'
    : '⚠️  none: everyone who reaches this address may call';
}

function oauthText(oauth: NonNullable<AppConfig['auth']['oauth']>): string {
  return oauth.mode === 'issuer'
    ? `${oauth.provider.name} (issuer ${oauth.issuer})`
    : `${oauth.name} (tokens of ${new URL(oauth.configUrl).origin})`;
}
