import {
  WebStandardStreamableHTTPServerTransport,
  type JSONRPCMessage,
  type RequestId,
} from '@modelcontextprotocol/server';
import { withWireCode } from './legacy-error-codes.js';

/** Streamable HTTP of the legacy era. */
export class LegacyTransport extends WebStandardStreamableHTTPServerTransport {
  override send(message: JSONRPCMessage, options?: { relatedRequestId?: RequestId }): Promise<void> {
    return super.send(withWireCode(message), options);
  }
}
