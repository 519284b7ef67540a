import type { AppConfig } from '../domain/app-config.js';
import type { ConfigRequest } from './config-loader.js';

/** The configuration as it was when the process started; for what is read at start only. */
export abstract class LoadedConfig {
  abstract readonly config: AppConfig;
  /** What the command asked for, so that later loads ask the same. */
  abstract readonly request: ConfigRequest;
}
