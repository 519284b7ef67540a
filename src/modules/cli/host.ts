import type { AppConfig } from '../../common/domain/app-config.js';
import type { EndpointProblem } from '../../common/domain/endpoint.js';
import type { AppContext } from '../../common/ports/app-context.js';
import type { ConfigRequest } from '../../common/ports/config-loader.js';

/** The process as the command line sees it; all that a command may touch beside the project's files. */
export interface Host {
  /** Without node and script. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly version: string;
  /**
   * The container without network; its configuration is loaded.
   * @param folder where the project is looked for; the working directory when left out
   * @throws AppError as the configuration raised it
   */
  openCore(request: ConfigRequest, folder?: string): Promise<AppContext>;
  /** Starts HTTP or stdio serving; resolves when it listens. */
  openServer(request: ConfigRequest, options: ServerOptions): Promise<ServerHandle>;
  /** Calls back on SIGINT; the function returned stops that. */
  onInterrupt(callback: () => void): () => void;
}

export interface ServerOptions {
  /** True to leave out definitions with errors instead of refusing to start. */
  readonly ignoreErrors: boolean;
  /** Told the configuration as soon as it is loaded, before anything is opened. */
  readonly configured: (config: AppConfig) => void;
}

/** A server that takes calls. */
export interface ServerHandle {
  readonly config: AppConfig;
  readonly problems: readonly EndpointProblem[];
  readonly skippedFiles: readonly string[];
  readonly counts: { readonly tools: number; readonly resources: number; readonly prompts: number };
  /** Null over stdio. */
  readonly url: string | null;
  /** Settles after a graceful stop: SIGTERM, SIGINT, end of stdin. */
  readonly stopped: Promise<void>;
}
