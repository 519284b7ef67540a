import type { AppConfig } from '../domain/app-config.js';
import type { EndpointRegistry } from './endpoint-registry.js';

export abstract class EndpointLoader {
  /** Reads every definition file of the project. A bad file becomes a problem of the registry, never an exception. */
  abstract load(config: AppConfig): Promise<EndpointRegistry>;
}
