import { isIP } from 'node:net';
import { staysOnThisMachine } from '../../../../common/domain/loopback.js';
import type { Findings } from './findings.js';

const internalNames = /(^|\.)(local|internal|intranet|lan|home|corp|svc|cluster\.local)$/;
const privateAddresses = /^(10|192\.168|172\.(1[6-9]|2\d|3[01])|169\.254)\./;

/**
 * A URL that secrets are sent to: https, or http on this machine. Plain http inside a private network is
 * served with a warning (auth.md §1.2).
 * @param field as the file has it
 */
export function checkProviderUrl(field: string, given: string, findings: Findings): void {
  const url = URL.parse(given);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    findings.problem(`${field} must be an absolute https URL`);
    return;
  }
  if (hasUserInfo(url)) findings.problem(`${field} must not carry a user name or a password`);
  if (url.protocol === 'https:' || staysOnThisMachine(url)) return;
  if (isPrivate(url.hostname)) {
    findings.warning(`${field} is reached without encryption: secrets cross the private network in clear`);
  } else {
    findings.problem(`${field} must use https`);
  }
}

/** `https://user:password@host`: it would show up wherever the URL does. */
export function hasUserInfo(url: URL): boolean {
  return url.username !== '' || url.password !== '';
}

function isPrivate(hostname: string): boolean {
  if (isIP(hostname) !== 0) return privateAddresses.test(hostname);
  if (hostname.startsWith('[')) return /^\[f[cd]/.test(hostname);
  return !hostname.includes('.') || internalNames.test(hostname);
}
