import { describe, expect, it } from 'vitest';
import { incomingRequest } from '../../../../src/common/domain/incoming-request.js';

function served(rawHeaders: readonly string[]) {
  const headers = { host: 'x.test:8000', authorization: 'Bearer a' };
  return incomingRequest({
    headers,
    protocol: 'https',
    host: 'x.test:8000',
    ip: '192.0.2.7',
    id: 'c-1',
    raw: { rawHeaders },
  });
}

describe('incomingRequest', () => {
  it('says where the request was sent, from where, and under which id', () => {
    expect(served(['Host', 'x.test:8000', 'Authorization', 'Bearer a'])).toEqual({
      headers: { host: 'x.test:8000', authorization: 'Bearer a' },
      origin: 'https://x.test:8000',
      ip: '192.0.2.7',
      correlationId: 'c-1',
    });
  });

  it('shows each of several Authorization headers', () => {
    const { headers } = served([
      'Authorization',
      'Bearer a',
      'x-other',
      'authorization',
      'AUTHORIZATION',
      'Bearer b',
    ]);
    expect(headers['authorization']).toEqual(['Bearer a', 'Bearer b']);
  });
});
