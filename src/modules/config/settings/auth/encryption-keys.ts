import { Secret } from '../../../../common/domain/secret.js';
import type { Findings } from './findings.js';

/** Bytes of a key, as a Fernet key has them. */
const KEY_BYTES = 32;

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
  if (!keys.every(isKey)) {
    findings.problem(
      'auth.persistence.auth_encryption_key must be 32 bytes in URL-safe base64, or several of them ' +
        'separated by commas; make one with: openssl rand -base64 32 | tr +/ -_',
    );
  }
  return new Secret(keys);
}

function isKey(text: string): boolean {
  return /^[\w-]+={0,2}$/.test(text) && Buffer.from(text, 'base64url').length === KEY_BYTES;
}
