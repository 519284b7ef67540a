import { hostInUrl, isWildcard, portOf } from '../../../common/domain/listen-address.js';
import { invalidValueFor } from '../usage.js';

const PATH = '/health';

/** The `/health` of a server's base URL, or the URL itself when it ends so. */
export function healthUrl(given: string): string {
  const url = URL.parse(given);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw invalidValueFor('--url', `'${given}' is no http or https URL.`);
  }
  if (`${url.username}${url.password}${url.search}${url.hash}` !== '') {
    throw invalidValueFor('--url', 'only scheme, host, port and path may be given.');
  }
  const path = url.pathname.replace(/\/+$/, '');
  return url.origin + (path.endsWith(PATH) ? path : path + PATH);
}

/**
 * Where `mxcp serve` with these variables listens (`BIND_IP`, `MCP_PORT`), asked from the same machine. The files
 * that may say otherwise are not read: a probe runs often and must not wait for them.
 * @throws ConfigInvalidError for a `MCP_PORT` that `serve` would refuse
 */
export function ownHealthUrl(env: Readonly<Record<string, string | undefined>>): string {
  const host = env['BIND_IP'] || '127.0.0.1';
  const port = portOf(env['MCP_PORT'] || '8000');
  const reachable = isWildcard(host) ? (host.includes(':') ? '[::1]' : '127.0.0.1') : hostInUrl(host);
  return `http://${reachable}:${port}${PATH}`;
}
