import type { Endpoint } from '../../common/domain/endpoint.js';

/** An endpoint of the project and how far it may be used. */
export interface RegistryEntry {
  readonly endpoint: Endpoint;
  /** Listed, and callable by MCP clients. */
  readonly isServed: boolean;
  /** Why nobody may call it; null when one-shot commands may, whether it is served or not. */
  readonly refusal: string | null;
}
