import { PassThrough } from 'node:stream';
import type { AppConfig } from '../../src/common/domain/app-config.js';
import type { AppContext } from '../../src/common/ports/app-context.js';
import type { ConfigRequest } from '../../src/common/ports/config-loader.js';
import type { Host, ServerHandle, ServerOptions } from '../../src/modules/cli/host.js';
import { FakeAppContext } from './fake-app-context.js';

export interface HostParts {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** What stdin holds before it ends. */
  readonly stdin?: string;
  readonly isTerminal?: boolean;
  readonly context?: AppContext;
  readonly openCore?: () => Promise<AppContext>;
  readonly server?: () => Promise<ServerHandle>;
  /** What the server is configured as. */
  readonly serverConfig?: AppConfig;
}

/** A process whose streams are texts and whose containers are given. */
export class FakeHost implements Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly version = '1.2.3';
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** What containers and servers were asked with. */
  readonly requests: ConfigRequest[] = [];
  readonly coreFolders: (string | undefined)[] = [];
  readonly serverOptions: { readonly ignoreErrors: boolean }[] = [];
  readonly #parts: HostParts;
  readonly #out: string[] = [];
  readonly #err: string[] = [];
  readonly #interrupted = new Set<() => void>();

  constructor(
    readonly argv: readonly string[],
    parts: HostParts = {},
  ) {
    this.#parts = parts;
    this.env = parts.env ?? {};
    this.cwd = parts.cwd ?? '/project';
    const stdin = new PassThrough();
    stdin.end(parts.stdin ?? '');
    this.stdin = stdin as unknown as NodeJS.ReadStream;
    this.stdout = capture(this.#out, parts.isTerminal === true);
    this.stderr = capture(this.#err, parts.isTerminal === true);
  }

  get output(): string {
    return this.#out.join('');
  }

  get errors(): string {
    return this.#err.join('');
  }

  /** The document on stdout; fails when there is not exactly one. */
  get json(): unknown {
    return JSON.parse(this.output) as unknown;
  }

  async openCore(request: ConfigRequest, cwd?: string): Promise<AppContext> {
    this.requests.push(request);
    this.coreFolders.push(cwd);
    return this.#parts.openCore === undefined
      ? (this.#parts.context ?? new FakeAppContext([]))
      : this.#parts.openCore();
  }

  openServer(request: ConfigRequest, { ignoreErrors, configured }: ServerOptions): Promise<ServerHandle> {
    this.requests.push(request);
    this.serverOptions.push({ ignoreErrors });
    if (this.#parts.serverConfig !== undefined) configured(this.#parts.serverConfig);
    if (this.#parts.server === undefined) throw new Error('no server was given');
    return this.#parts.server();
  }

  onInterrupt(callback: () => void): () => void {
    this.#interrupted.add(callback);
    return () => this.#interrupted.delete(callback);
  }

  /** Ctrl-C; false when nobody listens. */
  interrupt(): boolean {
    for (const callback of [...this.#interrupted]) callback();
    return this.#interrupted.size > 0;
  }
}

function capture(chunks: string[], isTerminal: boolean): NodeJS.WriteStream {
  const stream = new PassThrough();
  stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  const write = (text: string): boolean => {
    chunks.push(text);
    return true;
  };
  return Object.assign(stream, { isTTY: isTerminal, columns: 80, write }) as unknown as NodeJS.WriteStream;
}
