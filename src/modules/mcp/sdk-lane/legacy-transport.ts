import {
  WebStandardStreamableHTTPServerTransport,
  type HandleRequestOptions,
  type JSONRPCMessage,
  type RequestId,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { withWireCode } from '../legacy-error-codes.js';

const requestId = z.union([z.string(), z.number()]);
const request = z.object({ id: requestId, method: z.string() });
const cancellation = z.object({
  method: z.literal('notifications/cancelled'),
  params: z.object({ requestId }),
});

/**
 * Streamable HTTP of the legacy era. A request that its client cancelled has no answer, so its stream ends here;
 * the SDK would keep it, and what it knows of the request, until the client hangs up.
 */
export class LegacyTransport extends WebStandardStreamableHTTPServerTransport {
  /** Requests that are being answered, each on a stream of its own; those of a batch share one. */
  readonly #alone = new Set<RequestId>();

  override async handleRequest(web: Request, options?: HandleRequestOptions): Promise<Response> {
    const body = options?.parsedBody;
    const id = request.safeParse(body).data?.id;
    if (id !== undefined) this.#alone.add(id);
    const response = await super.handleRequest(web, options);
    if (id !== undefined && !response.ok) this.#alone.delete(id);
    const cancelled = cancellation.safeParse(body).data?.params.requestId;
    if (cancelled !== undefined && response.ok) await this.#end(cancelled);
    return response;
  }

  override send(message: JSONRPCMessage, options?: { relatedRequestId?: RequestId }): Promise<void> {
    if (!('method' in message) && message.id !== undefined) this.#alone.delete(message.id);
    return super.send(withWireCode(message), options);
  }

  /** What is sent on a stream that is closed is not delivered, but lets the SDK forget the request. */
  async #end(id: RequestId): Promise<void> {
    if (!this.#alone.delete(id)) return;
    this.closeSSEStream(id);
    await super.send({ jsonrpc: '2.0', id, result: {} });
  }
}
