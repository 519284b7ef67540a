import type { OAuthClientConfig } from '../../../../common/domain/app-config.js';
import type { Findings } from './findings.js';

/** Whether a token can have this scope (RFC 6749 appendix A.4): several in one text are none. */
export function isScope(text: string): boolean {
  return /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(text);
}

/** A scope that nobody can have keeps everybody out. */
export function checkRequiredScopes(scopes: readonly string[], findings: Findings): void {
  for (const scope of scopes.filter((each) => !isScope(each))) {
    findings.problem(
      `auth.authorization.required_scopes has '${scope}', which no token can have: ` +
        'write each scope as a word by itself, without quotation marks and backslashes',
    );
  }
}

/** A client of the operator may have the scopes that it lists and no others. */
export function checkClientScopes(
  clients: readonly OAuthClientConfig[],
  required: readonly string[],
  findings: Findings,
): void {
  for (const { clientId, scopes } of clients) {
    const missing = scopes.length === 0 ? [] : required.filter((scope) => !scopes.includes(scope));
    if (missing.length > 0) {
      findings.warning(
        `Every call of OAuth client '${clientId}' will be refused: its scopes lack '${missing.join(' ')}' of ` +
          'auth.authorization.required_scopes',
      );
    }
  }
}
