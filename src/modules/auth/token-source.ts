import type { FastifyInstance } from 'fastify';
import type { AppConfig, AuthConfig } from '../../common/domain/app-config.js';
import type { Clock } from '../../common/ports/clock.js';
import type { Log } from '../../common/ports/log.js';
import type { Metrics } from '../../common/ports/metrics.js';
import type { TokenVerifier } from '../../common/ports/token-verifier.js';
import type { AuthJournal } from './auth-journal.js';

/** Where the bearer tokens of this server come from: its own authorization server, or a provider. */
export interface TokenSource {
  readonly verifier: TokenVerifier;
  /** Issuer identifier of the authorization server that clients have to ask. @throws ProviderUnavailableError */
  issuer(): Promise<string>;
  /** Calls back with the id of each grant that ends before its tokens do. */
  onGrantDeleted(listener: (grantId: string) => void): void;
  /** Adds the routes that a login takes. */
  mount(instance: FastifyInstance): void;
  close(): Promise<void>;
}

/** What every way of authentication is built with. */
export interface AuthServices {
  /** As it was at the start. */
  readonly config: AppConfig;
  /** The settings in force, which follow a reload. */
  readonly settings: () => AuthConfig;
  readonly journal: AuthJournal;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
}
