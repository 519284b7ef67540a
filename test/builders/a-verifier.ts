import type { VerifierConfig } from '../../src/common/domain/app-config.js';
import { Secret } from '../../src/common/domain/secret.js';
import { ResourceIdentifiers } from '../../src/modules/auth/resource-identifiers.js';
import { OpenIdTokenVerifier } from '../../src/modules/auth/openid-token-verifier.js';
import { FakeClock } from '../fakes/fake-clock.js';
import type { LocalProvider } from '../fakes/local-provider.js';
import { RecordingLog } from '../fakes/recording-log.js';

/** The identifier of the server that tokens are for. */
export const resource = 'http://127.0.0.1:8000/mcp';

/** Verifier mode with a provider; override what matters. */
export function aVerifierConfig(
  { configUrl }: Pick<LocalProvider, 'configUrl'>,
  overrides: Partial<VerifierConfig> = {},
): VerifierConfig {
  return {
    mode: 'verifier',
    name: 'acme',
    configUrl,
    clientId: 'mxcp',
    clientSecret: new Secret('s3cret'),
    audience: null,
    verifyAudience: true,
    allowUserinfo: false,
    ...overrides,
  };
}

/** A verifier of a provider's tokens, and what it was built with. */
export function aVerifier(provider: LocalProvider, overrides: Partial<VerifierConfig> = {}) {
  const clock = new FakeClock();
  const log = new RecordingLog();
  const config = aVerifierConfig(provider, overrides);
  const identifiers = new ResourceIdentifiers(resource.replace(/\/mcp$/, ''));
  return { verifier: new OpenIdTokenVerifier(config, identifiers, clock, log), clock, log };
}
