import { createHash } from 'node:crypto';

/** The user id of whoever calls with an API key: tells keys apart and gives none away. */
export function apiKeyUserId(key: string): string {
  return `key:${createHash('sha256').update(key).digest('hex').slice(0, 8)}`;
}
