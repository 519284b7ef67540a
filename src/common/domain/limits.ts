import type { CallOrigin } from './call.js';
import { isClientCall } from './call.js';
import type { EndpointLimits } from './endpoint.js';

/** Caps in force for one call; 0 means none. */
export interface Limits {
  readonly rows: number;
  readonly bytes: number;
  readonly timeoutMs: number;
}

/**
 * The caps of one call (endpoints.md §3.1): the endpoint's own, else the site's. Rows and bytes of the
 * site hold for MCP clients only.
 */
export function effectiveLimits(own: EndpointLimits, site: Limits, origin: CallOrigin): Limits {
  const shared = isClientCall(origin) ? site : { ...site, rows: 0, bytes: 0 };
  return {
    rows: own.rows ?? shared.rows,
    bytes: own.bytes ?? shared.bytes,
    timeoutMs: own.timeoutMs ?? shared.timeoutMs,
  };
}
