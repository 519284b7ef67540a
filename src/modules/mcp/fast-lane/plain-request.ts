import type { IncomingHttpHeaders } from 'node:http';
import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  PROTOCOL_VERSION_META_KEY,
} from '@modelcontextprotocol/server';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../common/domain/json.js';

/** A request of MCP 2026-07-28 that can only have one JSON document for an answer. */
export interface PlainRequest {
  readonly id: string | number;
  readonly method: string;
  readonly params: JsonObject;
  /** The name or URI in `params`; empty for lists. */
  readonly target: string;
  readonly meta: JsonObject;
  readonly capabilities: JsonObject;
}

const REVISION = '2026-07-28';

/** Methods and the member of their `params` that `Mcp-Name` repeats; null for those without. */
const methods: ReadonlyMap<string, string | null> = new Map([
  ['tools/call', 'name'],
  ['tools/list', null],
  ['resources/read', 'uri'],
  ['resources/list', null],
  ['resources/templates/list', null],
  ['prompts/get', 'name'],
  ['prompts/list', null],
]);

/** What `_meta` may hold: a progress token or a log level would make a stream of the answer. */
const plainMeta: ReadonlySet<string> = new Set([
  PROTOCOL_VERSION_META_KEY,
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  'traceparent',
  'tracestate',
  'baggage',
]);

/**
 * The request, when it is in every respect as the revision writes it; null for all others, also wrong ones:
 * they are the SDK's, which knows how to refuse them.
 */
export function plainRequest(headers: IncomingHttpHeaders, body: JsonValue | undefined): PlainRequest | null {
  if (!isJsonObject(body)) return null;
  const { jsonrpc, id, method, params, ...more } = body;
  if (jsonrpc !== '2.0' || typeof method !== 'string' || Object.keys(more).length > 0) return null;
  if (typeof id !== 'string' && !(typeof id === 'number' && Number.isInteger(id))) return null;
  const named = methods.get(method);
  if (named === undefined || !isJsonObject(params)) return null;
  if ('inputResponses' in params || 'requestState' in params) return null;
  const meta = params['_meta'];
  if (!isJsonObject(meta) || !isPlainMeta(meta)) return null;
  const capabilities = meta[CLIENT_CAPABILITIES_META_KEY];
  if (!isJsonObject(capabilities)) return null;
  const target = named === null ? '' : params[named];
  if (typeof target !== 'string' || !areHeadersPlain(headers, method, named === null ? undefined : target)) {
    return null;
  }
  return { id, method, params, target, meta, capabilities };
}

function isPlainMeta(meta: JsonObject): boolean {
  if (meta[PROTOCOL_VERSION_META_KEY] !== REVISION) return false;
  const info = meta[CLIENT_INFO_META_KEY];
  if (info !== undefined && !isImplementation(info)) return false;
  return Object.keys(meta).every((key) => plainMeta.has(key));
}

function isImplementation(info: JsonValue): boolean {
  return isJsonObject(info) && typeof info['name'] === 'string' && typeof info['version'] === 'string';
}

function areHeadersPlain(headers: IncomingHttpHeaders, method: string, name: string | undefined): boolean {
  const { accept = '', 'content-type': type = '' } = headers;
  return (
    headers['mcp-protocol-version'] === REVISION &&
    headers['mcp-method'] === method &&
    headers['mcp-name'] === name &&
    !('mcp-session-id' in headers) &&
    /^application\/json\s*(?:;|$)/i.test(type) &&
    accept.includes('application/json') &&
    accept.includes('text/event-stream')
  );
}
