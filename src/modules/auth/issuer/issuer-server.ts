import type { FastifyInstance } from 'fastify';
import { Provider } from 'oidc-provider';
import type { IssuerConfig } from '../../../common/domain/app-config.js';
import type { Clock } from '../../../common/ports/clock.js';
import type { Log } from '../../../common/ports/log.js';
import type { TokenStore } from '../../../common/ports/token-store.js';
import type { TokenVerifier } from '../../../common/ports/token-verifier.js';
import type { AuthJournal } from '../auth-journal.js';
import { ResourceIdentifiers } from '../resource-identifiers.js';
import type { PendingLogins, UpstreamSessions } from '../sign-in.js';
import { AuthorizationRoutes } from './authorization-routes.js';
import { ClientDocuments } from './client-documents.js';
import { CodeGrant } from './code-grant.js';
import { FailedClients } from './failed-clients.js';
import { GrantEnding } from './grant-ending.js';
import { publicInternet, type Reach } from './guarded-fetch.js';
import { IssuedTokenVerifier } from '../issued-token-verifier.js';
import { libraryGrants } from './library-grants.js';
import { OAuthRoutes } from './oauth-routes.js';
import { OidcPendingLogins } from './oidc-pending-logins.js';
import { libraryConfiguration } from './library-configuration.js';
import { LibraryExchange } from './library-exchange.js';
import { RefreshGrant } from './refresh-grant.js';
import { RotatedTokens } from './rotated-tokens.js';
import { ScopePolicy } from './scope-policy.js';
import { TokenLifetimes } from './token-lifetimes.js';
import { WaitingBrowsers } from './waiting-browsers.js';

export interface IssuerParts {
  readonly config: IssuerConfig;
  readonly store: TokenStore;
  readonly sessions: UpstreamSessions;
  readonly journal: AuthJournal;
  readonly clock: Clock;
  readonly log: Log;
  /** What every request needs; follows a reload. */
  readonly requiredScopes: () => readonly string[];
  /** Where client metadata documents may come from; left out: the public internet. */
  readonly reach?: Reach;
}

/** The OAuth 2.1 authorization server of issuer mode, and the verifier of the tokens it issues. */
export class IssuerServer {
  /** For the pages on which users sign in. */
  readonly pendingLogins: PendingLogins;
  readonly tokens: TokenVerifier;
  readonly #routes: OAuthRoutes;

  constructor(parts: IssuerParts) {
    const { config, store, sessions, clock, journal, log } = parts;
    const resources = new ResourceIdentifiers(config.issuer);
    const scopes = new ScopePolicy(parts.requiredScopes, config.clients);
    const ending = new GrantEnding(store, sessions);
    const lifetimes = new TokenLifetimes(clock);
    const documents = new ClientDocuments(parts.reach ?? publicInternet, log);
    const core = { config, store, clock, sessions, resources, scopes, ending, lifetimes, documents };
    const library = new Provider(config.issuer, libraryConfiguration(core));
    registerGrants(library, parts, ending, lifetimes);
    const staticClients = new Set(config.clients.map(({ clientId }) => clientId));
    const browsers = new WaitingBrowsers(config.issuer);
    this.pendingLogins = new OidcPendingLogins(library, resources, staticClients, browsers);
    this.tokens = new IssuedTokenVerifier(store, sessions, resources, clock, config.provider.name);
    const exchange = new LibraryExchange(library);
    const authorization = new AuthorizationRoutes(exchange, resources, browsers, journal);
    const failures = new FailedClients(clock);
    const own = { exchange, authorization, resources, scopes, lifetimes, failures };
    this.#routes = new OAuthRoutes({ ...own, journal, log });
  }

  /** Adds the endpoints, at the root whatever path the issuer has. */
  mount(instance: FastifyInstance): void {
    this.#routes.mount(instance);
  }
}

/** oidc-provider's own grants with what it leaves open around them: replays, races, the user's session. */
function registerGrants(
  library: Provider,
  { store, sessions, clock }: IssuerParts,
  ending: GrantEnding,
  lifetimes: TokenLifetimes,
): void {
  const own = libraryGrants(library);
  const code = new CodeGrant(own.code.handler, sessions, ending, lifetimes);
  const rotated = new RotatedTokens(store, clock);
  const refresh = new RefreshGrant(own.refresh.handler, sessions, ending, lifetimes, rotated);
  library.registerGrantType(own.code.name, (ctx) => code.handle(ctx), own.code.parameters, 'resource');
  library.registerGrantType(
    own.refresh.name,
    (ctx) => refresh.handle(ctx),
    own.refresh.parameters,
    'resource',
  );
}
