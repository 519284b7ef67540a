import type { VerifierConfig } from '../../common/domain/app-config.js';
import { ResourceIdentifiers } from './resource-identifiers.js';
import type { AuthServices, TokenSource } from './token-source.js';
import { OpenIdTokenVerifier } from './openid-token-verifier.js';

/** Verifier mode: the provider issues the tokens, and is not asked before the first of them comes. */
export function assembleVerifier(
  config: VerifierConfig,
  { config: app, clock, log }: AuthServices,
): TokenSource {
  const { publicUrl } = app.http;
  const resource = publicUrl === null ? null : new ResourceIdentifiers(publicUrl);
  const verifier = new OpenIdTokenVerifier(config, resource, clock, log);
  return {
    verifier,
    issuer: () => verifier.issuer(),
    // grants are the provider's: what it takes back is noticed when the answer that was kept runs out
    onGrantDeleted: () => undefined,
    mount: () => undefined,
    close: () => Promise.resolve(),
  };
}
