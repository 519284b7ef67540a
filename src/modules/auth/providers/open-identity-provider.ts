import type { IdentityProviderConfig } from '../../../common/domain/app-config.js';
import type { Clock } from '../../../common/ports/clock.js';
import type { IdentityProvider } from '../../../common/ports/identity-provider.js';
import type { Log } from '../../../common/ports/log.js';
import { discoveredProvider } from './discovered-provider.js';
import { fixedProvider } from './fixed-providers.js';
import { GitHubProvider } from './github/github-provider.js';
import { LoggedIdentityProvider } from './logged-identity-provider.js';
import { ProviderHttp } from '../provider-http.js';

/**
 * The identity provider of the settings, ready to sign users in.
 * @throws ConfigInvalidError when its discovery document cannot be used
 */
export async function openIdentityProvider(
  config: IdentityProviderConfig,
  clock: Clock,
  log: Log,
  http: ProviderHttp = new ProviderHttp(),
): Promise<IdentityProvider> {
  return new LoggedIdentityProvider(await providerOf(config, http, clock), log);
}

async function providerOf(
  config: IdentityProviderConfig,
  http: ProviderHttp,
  clock: Clock,
): Promise<IdentityProvider> {
  switch (config.kind) {
    case 'github':
      return new GitHubProvider(config, http, clock);
    case 'keycloak':
    case 'oidc':
      return discoveredProvider(config, http, clock);
    case 'google':
    case 'atlassian':
    case 'salesforce':
      return fixedProvider({ ...config, kind: config.kind }, http, clock);
  }
}
