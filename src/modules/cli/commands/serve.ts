import type { Command } from 'commander';
import { EndpointsInvalidError } from '../../../common/errors/endpoint-errors.js';
import type { ConfigRequest } from '../../../common/ports/config-loader.js';
import type { CliCommand } from '../cli-command.js';
import { exitCode } from '../exit-code.js';
import type { ServerHandle } from '../host.js';
import {
  configRequest,
  exampleText,
  withCommonOptions,
  withReadonlyOption,
  type CommonOptions,
} from '../options.js';
import type { Printer } from '../printer.js';
import { findProjectRoot } from '../project-root.js';
import { bannerLines, serverAddress, type ServerAddress } from '../serve/banner.js';
import { startupDocument, startupLines } from '../serve/startup-failure.js';
import type { Session } from '../session.js';
import { invalidValueFor, oneOf } from '../usage.js';

type Transport = 'streamable-http' | 'stdio';

interface ServeOptions extends CommonOptions {
  readonly transport?: Transport;
  readonly host?: string;
  readonly port?: number;
  readonly sqlTools?: 'true' | 'false';
  readonly stateless?: boolean;
  readonly ignoreErrors?: boolean;
}

/** `mxcp serve` (cli.md §4.2): serves until SIGTERM, SIGINT or the end of stdin. */
export const serveCommand: CliCommand = {
  name: 'serve',
  summary: 'Start the MCP server.',
  isCallOfEndpoint: false,

  declare(command: Command): void {
    command
      .usage('[OPTIONS]')
      .description('Start the MCP server, over HTTP unless configured otherwise.')
      .option(
        '--transport <NAME>',
        'How clients connect: streamable-http (or http), or stdio.',
        readTransport,
      )
      .option('--host <HOST>', 'Address to listen on. [env: BIND_IP]')
      .option('--port <PORT>', 'Port to listen on; 0 means not given. [env: MCP_PORT]', readPort)
      .option(
        '--sql-tools <BOOL>',
        'Offer clients the SQL tools: true or false.',
        oneOf('--sql-tools', ['true', 'false']),
      )
      .option('--stateless', 'Keep no sessions between HTTP requests.')
      .option('--ignore-errors', 'Leave out definitions with errors instead of refusing to start.');
    withCommonOptions(withReadonlyOption(command)).addHelpText(
      'after',
      exampleText(
        'mxcp serve',
        'mxcp serve --host 0.0.0.0 --port 9000 --profile prod',
        'mxcp serve --transport stdio',
      ),
    );
  },

  async execute(session: Session, command: Command): Promise<number> {
    const options = command.opts<ServeOptions>();
    const handle = await start(session, options);
    if (handle === null) return exitCode.failed;
    const { printer } = session;
    if (handle.url === null) {
      await handle.stopped;
      return exitCode.done;
    }
    printReady(printer, handle, serverAddress(handle.config, handle.url));
    try {
      await handle.stopped;
    } finally {
      printer.line();
      printer.line('👋 Server stopped');
    }
    return exitCode.done;
  },
};

/** The listening server; null when definitions were refused, which has been printed by then. */
async function start(session: Session, options: ServeOptions): Promise<ServerHandle | null> {
  const { host, printer, signal } = session;
  try {
    const handle = await host.openServer(serverRequest(options), {
      ignoreErrors: options.ignoreErrors === true,
      configured: ({ warnings }) => {
        session.warn(warnings);
      },
    });
    signal.throwIfAborted();
    session.releaseInterrupt();
    return handle;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof EndpointsInvalidError)) throw error;
    const root = findProjectRoot(host.cwd) ?? host.cwd;
    if (printer.isJson) printer.document(startupDocument(error, root));
    else for (const line of startupLines(error, root)) printer.notice(line);
    printer.notice('Aborted!');
    return null;
  }
}

function serverRequest(options: ServeOptions): ConfigRequest {
  const { transport, host, port, sqlTools, stateless } = options;
  return {
    ...configRequest(options),
    ...(transport === undefined ? {} : { transport }),
    ...(host === undefined ? {} : { host }),
    ...(port === undefined || port === 0 ? {} : { port }),
    ...(sqlTools === undefined ? {} : { sqlTools: sqlTools === 'true' }),
    ...(stateless === undefined ? {} : { stateless }),
  };
}

function printReady(printer: Printer, handle: ServerHandle, address: ServerAddress): void {
  for (const line of bannerLines(handle, address, printer.colors)) printer.line(line);
  if (!printer.isJson) return;
  const { config, counts, skippedFiles } = handle;
  const { transport } = config.http;
  const { name: project, profile } = config.project;
  const endpoints = { ...counts, skipped: skippedFiles.length };
  printer.result({ url: address.mcp, project, profile, transport, endpoints }, () => []);
}

function readTransport(value: string): Transport {
  if (value === 'http' || value === 'streamable-http') return 'streamable-http';
  if (value === 'stdio') return 'stdio';
  const isGone = value === 'sse';
  throw invalidValueFor(
    '--transport',
    isGone
      ? "'sse' is not served any more; use 'streamable-http'."
      : `'${value}' is not one of 'streamable-http', 'http', 'stdio'.`,
  );
}

function readPort(value: string): number {
  const port = Number(value);
  if (!/^[+-]?\d+$/.test(value)) throw invalidValueFor('--port', `'${value}' is not a valid integer.`);
  if (port < 0 || port > 65_535) throw invalidValueFor('--port', `${value} is not in the range 0<=x<=65535.`);
  return port;
}
