import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { PassThrough } from 'node:stream';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule, StdioAppModule } from '../../src/app.module.js';
import type { AppContext } from '../../src/common/ports/app-context.js';
import type { ConfigRequest } from '../../src/common/ports/config-loader.js';
import { LoadedConfig } from '../../src/common/ports/loaded-config.js';
import { RuntimeLifecycle } from '../../src/common/ports/runtime.js';
import { CoreModule } from '../../src/core.module.js';
import { ConfigModule } from '../../src/modules/config/config.module.js';
import { McpStdioServer } from '../../src/modules/mcp/mcp-stdio-server.js';

const quiet = { logger: false, abortOnError: false } as const;

const site = `
mxcp: 1
project: running
profile: default
profiles:
  default:
    audit: { enabled: true }
`;

/** A project in a temporary folder, in the containers of the product; nothing in them is a fake. */
export class RunningProject {
  readonly #closers: (() => Promise<unknown>)[] = [];

  private constructor(readonly folder: string) {}

  /** @param files definitions and code, by path; a site file is there */
  static async of(files: Readonly<Record<string, string>>): Promise<RunningProject> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'mxcp-running-')));
    for (const [name, text] of Object.entries({ 'mxcp-site.yml': site, ...files })) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    return new RunningProject(folder);
  }

  /** Serves over HTTP; the URL of `/mcp`. */
  async http(): Promise<string> {
    const module = AppModule.forLoaded(await this.#loaded({ serving: true, port: 0 }));
    const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), quiet);
    this.#closers.push(() => app.close());
    await app.init();
    await app.get(RuntimeLifecycle, { strict: false }).start({ check: 'refuse' });
    await app.listen(0, '127.0.0.1');
    return `${await app.getUrl()}/mcp`;
  }

  /** Serves one client over these streams. */
  async stdio(input: PassThrough, output: PassThrough): Promise<void> {
    const module = StdioAppModule.forLoaded(await this.#loaded({ serving: true, transport: 'stdio' }));
    const app = await NestFactory.createApplicationContext(module, quiet);
    this.#closers.push(() => app.close());
    await app.get(RuntimeLifecycle, { strict: false }).start({ check: 'refuse' });
    void app.get(McpStdioServer, { strict: false }).serve(input, output);
  }

  /** The container of one command, as the command closes it. */
  async core(request: ConfigRequest = {}): Promise<AppContext> {
    const context = await NestFactory.createApplicationContext(
      CoreModule.forRequest(request, this.folder),
      quiet,
    );
    return { get: (token) => context.get(token, { strict: false }), close: () => context.close() };
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0)) await close();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #loaded(request: ConfigRequest): Promise<LoadedConfig> {
    const context = await NestFactory.createApplicationContext(
      ConfigModule.forRequest(request, this.folder),
      quiet,
    );
    const { config } = context.get(LoadedConfig, { strict: false });
    await context.close();
    return { config: { ...config, logging: { ...config.logging, level: 'critical' } }, request };
  }
}
