import { ConfigInvalidError } from '../errors/config-errors.js';

const wildcards: ReadonlySet<string> = new Set(['0.0.0.0', '::', '[::]', '']);

/** The host stands for every address of the machine, so it can be listened on but not asked. */
export function isWildcard(host: string): boolean {
  return wildcards.has(host);
}

/** The host as a URL writes it: IPv6 addresses in brackets. */
export function hostInUrl(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

/**
 * The port that `MCP_PORT` names.
 * @throws ConfigInvalidError when it names none
 */
export function portOf(variable: string): number {
  const port = /^\s*\d+\s*$/.test(variable) ? Number(variable) : Number.NaN;
  if (!(port <= 65_535)) throw new ConfigInvalidError('MCP_PORT must be a port number from 0 to 65535');
  return port;
}
