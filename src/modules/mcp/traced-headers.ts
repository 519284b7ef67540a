import type { JsonObject } from '../../common/domain/json.js';

/** The members of W3C Trace Context and Baggage, in `_meta` as in HTTP headers (SEP-414). */
const members = ['traceparent', 'tracestate', 'baggage'];

/** Headers as endpoint code sees them: trace context of `_meta` stands in for that of the HTTP request. */
export function tracedHeaders(
  headers: Readonly<Record<string, string>>,
  meta: JsonObject,
): Readonly<Record<string, string>> {
  const traced = members.flatMap((name) => {
    const value = meta[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return traced.length === 0 ? headers : { ...headers, ...Object.fromEntries(traced) };
}
