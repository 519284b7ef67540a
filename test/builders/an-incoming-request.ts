import type { IncomingRequest } from '../../src/common/domain/incoming-request.js';

/** A request with these headers, sent to the server's own address. */
export function anIncomingRequest(
  headers: IncomingRequest['headers'] = {},
  overrides: Partial<IncomingRequest> = {},
): IncomingRequest {
  return { headers, origin: 'http://127.0.0.1:8000', ip: '192.0.2.7', correlationId: 'req-1', ...overrides };
}
