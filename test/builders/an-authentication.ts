import type { AuthConfig } from '../../src/common/domain/app-config.js';
import type { AuthEvent, AuthJournal } from '../../src/modules/auth/auth-journal.js';
import { Authentication, openAuthentication } from '../../src/modules/auth/authentication.js';
import type { AuthServices, TokenSource } from '../../src/modules/auth/token-source.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { RecordingLog } from '../fakes/recording-log.js';
import { RecordingMetrics } from '../fakes/recording-metrics.js';
import { aConfig, noAuth } from './a-config.js';

export interface AuthenticationParts {
  readonly auth: Partial<AuthConfig>;
  /** Instead of what the settings ask for. */
  readonly source?: TokenSource;
}

/** Authentication as the server opens it; `reload` puts other settings in force. */
export async function anAuthentication({ auth, source }: AuthenticationParts) {
  const config = aConfig({ auth: { ...noAuth, ...auth } });
  const events: AuthEvent[] = [];
  const journal = {
    record: (event: AuthEvent) => {
      events.push(event);
      return Promise.resolve();
    },
  } as AuthJournal;
  const clock = new FakeClock();
  const log = new RecordingLog();
  const metrics = new RecordingMetrics();
  let settings = config.auth;
  const services: AuthServices = { config, settings: () => settings, journal, clock, log, metrics };
  const authentication =
    source === undefined ? await openAuthentication(services) : new Authentication(services, source);
  const reload = (next: Partial<AuthConfig>) => {
    settings = { ...settings, ...next };
    authentication.reloaded();
  };
  return { authentication, authenticator: authentication.authenticator, clock, log, metrics, events, reload };
}
