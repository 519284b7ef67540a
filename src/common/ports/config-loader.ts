import type { AppConfig } from '../domain/app-config.js';

/** What one command asks of the configuration; flags beat environment and files. */
export interface ConfigRequest {
  readonly profile?: string;
  readonly readonly?: boolean;
  readonly debug?: boolean;
  readonly host?: string;
  readonly port?: number;
  /** `http` is another word for `streamable-http`. */
  readonly transport?: 'streamable-http' | 'http' | 'stdio' | 'sse';
  readonly stateless?: boolean;
  readonly sqlTools?: boolean;
  /** True for `serve`: the log level defaults to info. */
  readonly serving?: boolean;
}

export abstract class ConfigLoader {
  /**
   * Finds, reads, resolves and checks both files for the active profile.
   * @throws ConfigNotFoundError, ConfigInvalidError, SecretUnresolvedError
   */
  abstract load(request: ConfigRequest): Promise<AppConfig>;
}
