import type { HttpConfig } from '../../../../common/domain/app-config.js';
import type { Findings } from './findings.js';
import { hasUserInfo } from './url-checks.js';

/**
 * What the check of `Host` and `Origin` and the documents for clients are made of: an entry that means nothing there
 * would let nobody in, or everybody.
 */
export function checkEdge(http: HttpConfig, findings: Findings): void {
  const { baseUrl, allowedHosts, allowedOrigins, trustProxy } = http;
  if (baseUrl !== null) checkBaseUrl(baseUrl, findings);
  if (trustProxy && baseUrl === null && allowedHosts.length === 0) {
    findings.warning(
      'transport.http.trust_proxy is on without base_url or allowed_hosts: any host that a proxy forwards is taken for this server',
    );
  }
  if (!allowedHosts.every(isHost)) {
    findings.problem('transport.http.allowed_hosts must hold host names, each with or without a port');
  }
  if (!allowedOrigins.every(isOrigin)) {
    findings.problem('transport.http.allowed_origins must hold origins such as https://app.example.org');
  }
}

function checkBaseUrl(baseUrl: string, findings: Findings): void {
  const url = URL.parse(baseUrl);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    findings.problem('transport.http.base_url must be an absolute URL');
    return;
  }
  if (hasUserInfo(url)) {
    findings.problem('transport.http.base_url must not carry a user name or a password');
  }
  if (url.search !== '' || url.hash !== '') {
    findings.problem('transport.http.base_url must have neither query nor fragment');
  }
}

function isHost(entry: string): boolean {
  return /^(\[[0-9A-Fa-f:.]+\]|[\w.-]+)(:\d{1,5})?$/.test(entry);
}

/** Scheme and host; apps have schemes of their own. */
function isOrigin(entry: string): boolean {
  return /^[a-z][a-z\d+.-]*:\/\/(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?\/?$/i.test(entry);
}
