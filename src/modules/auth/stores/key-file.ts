import { randomBytes, randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { isKeyText, keyBytes } from '../../../common/domain/key-text.js';
import { runningUser } from '../../../common/domain/running-user.js';
import { OAuthStartError } from '../../../common/errors/auth-errors.js';
import { hasErrorCode, osErrorText } from '../../../common/errors/os-error.js';

/**
 * The key in a file; null when there is no file.
 * @throws OAuthStartError when it cannot be read or holds something else
 */
export function readKeyFile(path: string): Buffer | null {
  const text = textOf(path);
  if (text === null) return null;
  if (!isKeyText(text)) {
    throw new OAuthStartError(
      `${path} holds no key of 32 bytes in URL-safe base64. Restore it from a backup, or move it away: users then ` +
        'sign in once more',
    );
  }
  return keyBytes(text);
}

/**
 * Makes a key and a file of it that only its owner may read. Others see the whole file or none. The caller sees to it
 * that nobody else makes one at the same time.
 * @throws OAuthStartError when it cannot be written
 */
export function createKeyFile(path: string): Buffer {
  const key = randomBytes(32);
  const unfinished = `${path}.${randomUUID()}`;
  try {
    const file = openSync(unfinished, 'wx', 0o600);
    try {
      writeSync(file, `${key.toString('base64url')}=\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(unfinished, path);
  } catch (cause) {
    throw new OAuthStartError(
      `${path}, the key of the token store, cannot be written: ${osErrorText(cause)}. Let ${runningUser()} write there.`,
      { cause },
    );
  }
  return key;
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    if (hasErrorCode(cause, 'ENOENT')) return null;
    throw new OAuthStartError(
      `${path}, the key of the token store, cannot be read: ${osErrorText(cause)}. Let ${runningUser()} read it.`,
      { cause },
    );
  }
}
