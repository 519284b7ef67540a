import type { AppConfig } from '../../../common/domain/app-config.js';
import { staysOnThisMachine } from '../../../common/domain/loopback.js';

/** How callers show who they are, for the operator who starts the server. */
export function authenticationText({ auth, http }: AppConfig): string {
  const { oauth, apiKeys } = auth;
  const ways = [
    ...(oauth === null ? [] : [oauthText(oauth)]),
    ...(apiKeys.length === 0 ? [] : [`API keys (${apiKeys.length})`]),
  ];
  if (ways.length > 0) return ways.join(', ');
  const url = http.publicUrl === null ? null : URL.parse(http.publicUrl);
  return url !== null && http.baseUrl === null && staysOnThisMachine(url)
    ? 'none, on this machine only'
    : '⚠️  none: everyone who reaches this address may call';
}

function oauthText(oauth: NonNullable<AppConfig['auth']['oauth']>): string {
  return oauth.mode === 'issuer'
    ? `${oauth.provider.name} (issuer ${oauth.issuer})`
    : `${oauth.name} (tokens of ${new URL(oauth.configUrl).origin})`;
}
