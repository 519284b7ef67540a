import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectCopy, repository } from './command.ts';
import { freePort, startServer, type RunningServer } from './server.ts';

const projects = join(repository, 'e2e', 'projects');

/** Everything that endpoints can do, with the tools of `proxied`, in a folder of its own. */
export class ProxiedServer {
  readonly #project = projectCopy(join(projects, 'conformance'));
  readonly #userFile = join(this.#project.folder, 'user.yml');
  #server: RunningServer | undefined;
  #port: number | undefined;

  constructor() {
    cpSync(join(projects, 'proxied'), this.#project.folder, { recursive: true });
  }

  get folder(): string {
    return this.#project.folder;
  }

  get running(): RunningServer {
    if (this.#server === undefined) throw new Error('the server was not started');
    return this.#server;
  }

  /**
   * Starts it, on the port of last time.
   * @param http of the user file's `transport`, beside `trust_proxy`
   */
  async start(http: object, more: object = {}, env: Readonly<Record<string, string>> = {}): Promise<void> {
    this.#port ??= await freePort();
    const user = { mxcp: 1, transport: { http: { trust_proxy: true, ...http } }, ...more };
    writeFileSync(this.#userFile, JSON.stringify(user));
    this.#server = await startServer(this.folder, [], { ...env, MXCP_CONFIG: this.#userFile }, this.#port);
  }

  /** The records of the audit log, parsed. */
  auditRecords(): readonly Readonly<Record<string, unknown>>[] {
    const folder = join(this.folder, 'audit');
    return readdirSync(folder)
      .filter((name) => name.endsWith('.jsonl'))
      .flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'))
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  async remove(): Promise<void> {
    const server = this.#server;
    if (server?.process.exitCode === null && server.process.signalCode === null) await server.stop('SIGKILL');
    this.#project.remove();
  }
}
