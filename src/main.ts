import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { HttpConfig } from './common/domain/app-config.js';
import { isTrustedPeer } from './common/domain/trusted-peers.js';
import { ListenFailedError } from './common/errors/server-errors.js';
import type { AppContext } from './common/ports/app-context.js';
import { configInForce } from './common/ports/config-in-force.js';
import type { ConfigRequest } from './common/ports/config-loader.js';
import type { LoadedConfig } from './common/ports/loaded-config.js';
import type { Readiness } from './common/ports/readiness.js';
import { runProgram, type ServerHandle, type ServerOptions } from './modules/cli/program.js';

// Nest, DuckDB and the rest are imported by the commands that need them: `--help` starts no container.

/** Longest that connections stay open once every call has ended. */
const LINGER_LIMIT_MS = 2_000;

/** Longer than proxies keep an idle connection (nginx 60 s, many 75): the one to close it must be the one who writes. */
const KEEP_ALIVE_MS = 90_000;

/** Errors of start-up reach the command that asked, instead of Nest's own log and exit. */
const quiet = { logger: false, abortOnError: false } as const;

async function openCore(request: ConfigRequest, folder?: string): Promise<AppContext> {
  const [{ NestFactory }, { CoreModule }] = await Promise.all([
    import('@nestjs/core'),
    import('./core.module.js'),
  ]);
  const context = await NestFactory.createApplicationContext(CoreModule.forRequest(request, folder), quiet);
  return { get: (token) => context.get(token, { strict: false }), close: () => context.close() };
}

async function openServer(request: ConfigRequest, options: ServerOptions): Promise<ServerHandle> {
  // from here on a reload signal must not end the process; it counts once there is something to reload
  process.on('SIGHUP', () => undefined);
  const loaded = await loadConfiguration({ ...request, serving: true });
  options.configured(loaded.config);
  return loaded.config.http.transport === 'stdio' ? serveStdio(loaded, options) : serveHttp(loaded, options);
}

/** What the listener and the log are made with must be known before the container is. */
async function loadConfiguration(request: ConfigRequest): Promise<LoadedConfig> {
  const [{ NestFactory }, { ConfigModule }, { LoadedConfig: token }] = await Promise.all([
    import('@nestjs/core'),
    import('./modules/config/config.module.js'),
    import('./common/ports/loaded-config.js'),
  ]);
  const context = await NestFactory.createApplicationContext(ConfigModule.forRequest(request), quiet);
  const { config } = context.get(token, { strict: false });
  await context.close();
  return { config, request };
}

async function serveHttp(loaded: LoadedConfig, options: ServerOptions): Promise<ServerHandle> {
  const [{ NestFactory }, { FastifyAdapter }, { AppModule }, { Logger }, { Readiness: readiness }, { Log }] =
    await Promise.all([
      import('@nestjs/core'),
      import('@nestjs/platform-fastify'),
      import('./app.module.js'),
      import('nestjs-pino'),
      import('./common/ports/readiness.js'),
      import('./common/ports/log.js'),
    ]);
  const { http } = loaded.config;
  const adapter = new FastifyAdapter({
    trustProxy: http.trustProxy && isTrustedPeer,
    bodyLimit: http.bodyLimit,
    forceCloseConnections: 'idle',
    keepAliveTimeout: KEEP_ALIVE_MS,
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forLoaded(loaded), adapter, quiet);
  try {
    await app.init();
    const started = await startRuntime(app, options);
    await listen(app, http);
    // from here on; what goes wrong before is the command's to word
    app.useLogger(app.get(Logger));
    const url = await urlOf(app);
    const log = app.get(Log, { strict: false });
    log.write('info', 'server', 'Listening', { url });
    const stop = async (): Promise<void> => {
      log.write('info', 'server', 'Stopping: running calls may end, new ones are refused');
      await stopHttp(app, app.get(readiness), loaded, () => {
        log.write('info', 'server', 'Stopped serving');
      });
    };
    return { config: loaded.config, ...started, url, stopped: stopOnSignal(stop) };
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** Not ready, calls end, streams end, the listener closes, everything else closes (operations.md §3). */
async function stopHttp(
  app: NestFastifyApplication,
  readiness: Readiness,
  loaded: LoadedConfig,
  drained: () => void,
): Promise<void> {
  readiness.drain();
  const { RuntimeLifecycle, RuntimeSource } = await import('./common/ports/runtime.js');
  const { shutdown } = configInForce(app.get(RuntimeSource, { strict: false }), loaded);
  await sleep(shutdown.preStopDelayMs);
  await app.get(RuntimeLifecycle, { strict: false }).stop();
  // before the log closes with everything else
  drained();
  // answers are on their way; a client that keeps a silent connection open must not keep the process
  const server: Server = app.getHttpServer();
  const force = setTimeout(() => {
    server.closeAllConnections();
  }, LINGER_LIMIT_MS);
  await app.close();
  clearTimeout(force);
}

async function serveStdio(loaded: LoadedConfig, options: ServerOptions): Promise<ServerHandle> {
  const [{ NestFactory }, { StdioAppModule }, { McpStdioServer }] = await Promise.all([
    import('@nestjs/core'),
    import('./app.module.js'),
    import('./modules/mcp/mcp-stdio.module.js'),
  ]);
  const app = await NestFactory.createApplicationContext(StdioAppModule.forLoaded(loaded), quiet);
  try {
    const started = await startRuntime(app, options);
    const ended = app.get(McpStdioServer, { strict: false }).serve(process.stdin, process.stdout);
    const asked = new Promise<void>((resolve) => {
      onStopSignal(resolve);
    });
    const stopped = Promise.race([ended, asked]).then(() => app.close());
    return { config: loaded.config, ...started, url: null, stopped };
  } catch (error) {
    await app.close();
    throw error;
  }
}

type Started = Pick<ServerHandle, 'problems' | 'skippedFiles' | 'counts'>;

async function startRuntime(app: INestApplicationContext, options: ServerOptions): Promise<Started> {
  const [{ RuntimeLifecycle, RuntimeSource }, { Reloader }] = await Promise.all([
    import('./common/ports/runtime.js'),
    import('./common/ports/reloader.js'),
  ]);
  const lifecycle = app.get(RuntimeLifecycle, { strict: false });
  const { problems } = await lifecycle.start({ check: options.ignoreErrors ? 'skip' : 'refuse' });
  const reloader = app.get(Reloader, { strict: false });
  process.on('SIGHUP', () => {
    void reloader.reload({ trigger: 'sighup', description: 'SIGHUP', whileClosed: null });
  });
  const endpoints = app.get(RuntimeSource, { strict: false }).current()?.endpoints;
  const count = (kind: 'tool' | 'resource' | 'prompt'): number => endpoints?.list(kind).length ?? 0;
  const failed = problems.filter((problem) => problem.severity === 'error').map((problem) => problem.file);
  return {
    problems,
    skippedFiles: [...new Set(failed)],
    counts: { tools: count('tool'), resources: count('resource'), prompts: count('prompt') },
  };
}

async function listen(app: NestFastifyApplication, http: HttpConfig): Promise<void> {
  try {
    await app.listen(http.port, http.host);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const reason = {
      EADDRINUSE: 'is in use',
      EACCES: 'is not permitted',
      EADDRNOTAVAIL: 'is not an address of this machine',
    };
    const why = reason[code as keyof typeof reason] as string | undefined;
    throw new ListenFailedError(
      `Cannot listen on ${http.host}:${http.port}: the address ${why ?? 'cannot be used'}. ` +
        'Choose another with --host and --port.',
      { cause: error },
    );
  }
}

/** With port 0 the system chooses; scripts read the line that this ends up in. */
async function urlOf(app: NestFastifyApplication): Promise<string> {
  const url = new URL(await app.getUrl());
  return url.origin;
}

/** Settles once a stop was asked for and carried out. */
function stopOnSignal(stop: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    onStopSignal(() => {
      stop().then(resolve, reject);
    });
  });
}

/**
 * Whoever is process 1, as in a container without an init, gets no signal that it does not handle: a stop during the start would be
 * lost, and the container killed when its grace is over.
 */
const endAtOnce = (): void => {
  process.exit(128 + constants.signals.SIGTERM);
};
if (process.pid === 1) process.on('SIGTERM', endAtOnce);

/** SIGTERM and SIGINT ask for a stop; a second one ends the process at once. */
function onStopSignal(stop: () => void): void {
  process.off('SIGTERM', endAtOnce);
  let isAsked = false;
  const ask = (): void => {
    if (isAsked) process.exit(1);
    isAsked = true;
    stop();
  };
  process.on('SIGTERM', ask);
  process.on('SIGINT', ask);
}

function onInterrupt(callback: () => void): () => void {
  process.on('SIGINT', callback);
  return () => process.off('SIGINT', callback);
}

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const exitCode = await runProgram({
  argv: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  version: manifest.version,
  openCore,
  openServer,
  onInterrupt,
});

// what was written must be out before the process ends; an open stdin or a worker must not keep it
process.stdout.write('', () => {
  process.stderr.write('', () => process.exit(exitCode));
});
