import { hash } from 'node:crypto';

/** The user id of whoever calls with an API key: tells keys apart and gives none away. */
export function apiKeyUserId(key: string): string {
  return `key:${hash('sha256', key, 'hex').slice(0, 8)}`;
}
