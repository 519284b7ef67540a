import type { IssuerConfig } from '../../common/domain/app-config.js';
import type { IdentityProvider } from '../../common/ports/identity-provider.js';
import { IssuerServer } from './issuer/issuer-server.js';
import { LoginRoutes } from './login/login-routes.js';
import { StoredUpstreamSessions } from './login/stored-upstream-sessions.js';
import { openIdentityProvider } from './providers/open-identity-provider.js';
import type { OpenedTokenStore } from './stores/opened-token-store.js';
import { openTokenStore } from './stores/open-token-store.js';
import type { AuthServices, TokenSource } from './token-source.js';

/**
 * Issuer mode: opens the token store, and builds the authorization server and its login on it. Nothing is left open
 * when it fails.
 * @throws ConfigInvalidError, OAuthStartError, OAuthStartTimeoutError
 */
export async function assembleIssuer(config: IssuerConfig, services: AuthServices): Promise<TokenSource> {
  const { clock, log } = services;
  const provider = await openIdentityProvider(config.provider, clock, log);
  const opened = await openTokenStore(config.store, clock, log);
  for (const warning of opened.warnings) log.write('warning', 'auth', warning);
  try {
    return onStore(opened, provider, config, services);
  } catch (error) {
    await opened.store.close();
    throw error;
  }
}

function onStore(
  { store, subkeys }: OpenedTokenStore,
  provider: IdentityProvider,
  config: IssuerConfig,
  { settings, journal, clock, log }: AuthServices,
): TokenSource {
  const sessions = new StoredUpstreamSessions(store, provider, clock, log);
  const server = new IssuerServer({
    config,
    store,
    sessions,
    journal,
    clock,
    log,
    requiredScopes: () => settings().requiredScopes,
  });
  const login = new LoginRoutes({
    pending: server.pendingLogins,
    provider,
    store,
    sessions,
    clock,
    journal,
    log,
    keys: subkeys('login'),
    issuer: config.issuer,
    callbackPath: config.provider.callbackPath,
  });
  return {
    verifier: server.tokens,
    issuer: () => Promise.resolve(config.issuer),
    onGrantDeleted: (listener) => {
      store.onGrantDeleted(listener);
    },
    mount: (instance) => {
      server.mount(instance);
      login.mount(instance);
    },
    close: () => store.close(),
  };
}
