import { describe, expect, it } from 'vitest';
import { tracedHeaders } from '../../../src/modules/mcp/traced-headers.js';

describe('tracedHeaders', () => {
  it('puts the trace context of `_meta` in the place of that of the request', () => {
    const headers = { 'x-team': 'blue', traceparent: 'of the proxy' };
    const meta = { traceparent: 'of the caller', baggage: 'a=1', progressToken: 'p', tracestate: 7 };

    expect(tracedHeaders(headers, meta)).toEqual({
      'x-team': 'blue',
      traceparent: 'of the caller',
      baggage: 'a=1',
    });
  });

  it('leaves the headers of a request without trace context as they are', () => {
    const headers = { traceparent: 'of the proxy' };

    expect(tracedHeaders(headers, {})).toBe(headers);
  });
});
