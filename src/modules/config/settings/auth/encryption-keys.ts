import { isKeyText } from '../../../../common/domain/key-text.js';
import { Secret } from '../../../../common/domain/secret.js';
import type { Findings } from './findings.js';

/** The keys of `persistence.auth_encryption_key`, separated by commas; null when there are none. */
export function encryptionKeys(
  written: string | null | undefined,
  findings: Findings,
): Secret<readonly string[]> | null {
  const keys = (written ?? '')
    .split(',')
    .map((key) => key.trim())
    .filter((key) => key !== '');
  if (keys.length === 0) return null;
  if (!keys.every(isKeyText)) {
    findings.problem(
      'auth.persistence.auth_encryption_key must be 32 bytes in URL-safe base64, or several of them ' +
        'separated by commas; make one with: openssl rand -base64 32 | tr +/ -_',
    );
  }
  return new Secret(keys);
}
