import { describe, expect, it } from 'vitest';
import { requestStatus } from '../../../../src/common/errors/request-status.js';

describe('requestStatus', () => {
  it('is what the HTTP server says', () => {
    expect(requestStatus(Object.assign(new Error('too large'), { statusCode: 413 }))).toBe(413);
  });

  it.each([new Error('x'), { statusCode: '413' }, { statusCode: 200 }, null, undefined, 'x'])(
    'is 500 for %s',
    (error) => {
      expect(requestStatus(error)).toBe(500);
    },
  );
});
