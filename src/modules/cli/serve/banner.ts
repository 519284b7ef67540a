import type { AppConfig } from '../../../common/domain/app-config.js';
import { hostInUrl, isWildcard } from '../../../common/domain/listen-address.js';
import type { ServerHandle } from '../host.js';
import type { Printer } from '../printer.js';
import { authenticationText } from './authentication-text.js';

const WIDTH = 60;

/** Where an HTTP server is reached. */
export interface ServerAddress {
  /** `http://host:port` as configured, with the port that was bound. */
  readonly listening: string;
  /** What an MCP client is given. */
  readonly mcp: string;
}

/** The addresses of a server that listens on `url`; a wildcard host is reached as `localhost`. */
export function serverAddress({ http }: AppConfig, url: string): ServerAddress {
  const { port } = new URL(url);
  const at = (host: string): string => `http://${hostInUrl(host)}:${port || '80'}`;
  const base = http.baseUrl ?? at(isWildcard(http.host) ? 'localhost' : http.host);
  return { listening: at(http.host), mcp: `${base.replace(/\/+$/, '')}/mcp` };
}

/** What `serve` prints once it listens (cli.md §4.2). */
export function bannerLines(
  { config, counts, skippedFiles }: ServerHandle,
  address: ServerAddress,
  colors: Printer['colors'],
): readonly string[] {
  const { project, http, database, sqlTools } = config;
  const rule = '='.repeat(WIDTH);
  return [
    '',
    rule,
    colors.bold('🚀 MXCP Server Starting'.padStart(40)),
    rule,
    '',
    '📋 Configuration:',
    `   • Project: ${project.name}`,
    `   • Profile: ${project.profile}`,
    `   • Transport: ${http.transport}`,
    `   • Host: ${http.host}`,
    `   • Port: ${new URL(address.listening).port || '80'}`,
    `   • Mode: ${database.readonly ? 'Read-only' : 'Read-write'}`,
    ...(http.stateless ? ['   • HTTP Mode: Stateless'] : []),
    `   • SQL Tools: ${sqlTools.enabled ? 'Enabled' : 'Disabled'}`,
    `   • Authentication: ${authenticationText(config)}`,
    '',
    ...endpointLines(counts, skippedFiles.length),
    '',
    '-'.repeat(WIDTH),
    colors.green('✅ Server ready!'),
    `Connect an MCP client to ${colors.bold(address.mcp)}`,
    "See what it serves with 'mxcp list'.",
    '',
    `Listening on ${address.listening}`,
    'Press Ctrl+C to stop',
  ];
}

function endpointLines(counts: ServerHandle['counts'], skipped: number): readonly string[] {
  const lines = [
    ...(counts.tools > 0 ? [`   • Tools: ${counts.tools}`] : []),
    ...(counts.resources > 0 ? [`   • Resources: ${counts.resources}`] : []),
    ...(counts.prompts > 0 ? [`   • Prompts: ${counts.prompts}`] : []),
  ];
  return [
    '📊 Endpoints:',
    ...(lines.length === 0
      ? ['   ⚠️  No endpoints found!', '   Add a definition file to tools/, resources/ or prompts/.']
      : lines),
    ...(skipped === 0
      ? []
      : [`   ⚠️  Skipped endpoints: ${skipped}`, "   Use 'mxcp validate' to see details"]),
  ];
}
