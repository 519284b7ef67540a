import type { AppConfig } from '../domain/app-config.js';
import type { LoadedConfig } from './loaded-config.js';
import type { RuntimeSource } from './runtime.js';

/** The configuration of the serving Runtime; that of the start until there is one. */
export function configInForce(runtimes: RuntimeSource, started: LoadedConfig): AppConfig {
  return runtimes.current()?.config ?? started.config;
}
