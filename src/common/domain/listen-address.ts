const wildcards: ReadonlySet<string> = new Set(['0.0.0.0', '::', '[::]', '']);

/** The host stands for every address of the machine, so it can be listened on but not asked. */
export function isWildcard(host: string): boolean {
  return wildcards.has(host);
}

/** The host as a URL writes it: IPv6 addresses in brackets. */
export function hostInUrl(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

/** The port that a variable such as `MCP_PORT` names; null when it names none. */
export function portNamed(text: string): number | null {
  return /^\s*\d+\s*$/.test(text) ? Number(text) : null;
}
