import type { VerifierConfig } from '../../../../common/domain/app-config.js';
import { Secret } from '../../../../common/domain/secret.js';
import type { AuthDocument } from '../../schema/auth-schema.js';
import { checkGiven } from './check-given.js';
import type { Findings } from './findings.js';
import { checkProviderUrl } from './url-checks.js';

/** The settings of verifier mode; null, with a problem, when they cannot be served. */
export function verifierSettings(
  provider: string,
  { oidc }: AuthDocument,
  findings: Findings,
): VerifierConfig | null {
  if (provider !== 'oidc') {
    findings.problem('Verifier mode currently supports provider=oidc only');
    return null;
  }
  if (!oidc) {
    findings.problem('OIDC verifier selected but no OIDC configuration found');
    return null;
  }
  checkGiven('auth.oidc.client_id', oidc.client_id, findings);
  checkProviderUrl('auth.oidc.config_url', oidc.config_url, findings);
  if (oidc.verify_audience === false) {
    findings.warning(
      'auth.oidc.verify_audience is false: tokens that the provider issued for other services open this one',
    );
  }
  return {
    mode: 'verifier',
    name: oidc.provider_name ?? 'oidc',
    configUrl: oidc.config_url,
    clientId: oidc.client_id,
    clientSecret: new Secret(oidc.client_secret),
    audience: oidc.audience ?? null,
    verifyAudience: oidc.verify_audience !== false,
    allowUserinfo: oidc.allow_userinfo === true,
  };
}
