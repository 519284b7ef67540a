import type { FastifyInstance } from 'fastify';
import type { IssuerConfig, VerifierConfig } from '../../common/domain/app-config.js';
import { ProviderUnavailableError } from '../../common/errors/auth-errors.js';
import { ConfigInvalidError } from '../../common/errors/config-errors.js';
import type { Authenticator } from '../../common/ports/authenticator.js';
import { ActiveSessions } from './active-sessions.js';
import { BearerAuthenticator, providerOf } from './bearer-authenticator.js';
import { Denials } from './denials.js';
import { PublicBase } from './http/public-base.js';
import { TokenCache } from './token-cache.js';
import type { AuthServices, TokenSource } from './token-source.js';

/** How this server finds out who is calling, while it runs. */
export class Authentication {
  readonly authenticator: Authenticator;
  readonly #cache: TokenCache | null;

  /** @param source of bearer tokens; null when there are none */
  constructor(
    { config, settings, clock, log, metrics, journal }: AuthServices,
    private readonly source: TokenSource | null,
  ) {
    this.#cache = source === null ? null : new TokenCache(source.verifier, clock);
    const sessions = this.#cache === null ? null : new ActiveSessions(this.#cache, clock);
    if (sessions !== null) metrics.watchSessions(providerOf(config.auth), () => sessions.count());
    source?.onGrantDeleted((grantId) => {
      this.#cache?.forgetGrant(grantId);
      sessions?.forgetGrant(grantId);
    });
    const denials = new Denials(journal, log);
    this.authenticator = new BearerAuthenticator(
      settings,
      sessions,
      new PublicBase(config.http, config.auth.oauth?.mode === 'issuer'),
      denials,
      metrics,
    );
  }

  /** Issuer identifier of the authorization server that clients have to ask. @throws ProviderUnavailableError */
  issuer(): Promise<string> {
    return this.source?.issuer() ?? Promise.reject(new ProviderUnavailableError());
  }

  /** Adds the routes that a login takes. */
  mount(instance: FastifyInstance): void {
    this.source?.mount(instance);
  }

  /** What was found out with former settings is found out again. */
  reloaded(): void {
    this.#cache?.clear();
  }

  async close(): Promise<void> {
    await this.source?.close();
  }
}

/**
 * The way of authentication that the configuration asks for.
 * @throws ConfigInvalidError when it cannot be served: nobody may be let in by mistake
 */
export async function openAuthentication(services: AuthServices): Promise<Authentication> {
  const { oauth, problems } = services.config.auth;
  if (problems.length > 0) throw new ConfigInvalidError(problems.join('\n'));
  if (oauth === null) return new Authentication(services, null);
  return new Authentication(services, await openSource(oauth, services));
}

/** The libraries of a mode are loaded where it is used: the others would only take memory. */
async function openSource(
  oauth: IssuerConfig | VerifierConfig,
  services: AuthServices,
): Promise<TokenSource> {
  if (oauth.mode === 'issuer') {
    const { assembleIssuer } = await import('./issuer-assembly.js');
    return assembleIssuer(oauth, services);
  }
  const { assembleVerifier } = await import('./verifier-assembly.js');
  return assembleVerifier(oauth, services);
}
