import { describe, expect, it } from 'vitest';
import { errorOf } from '../../../../src/modules/auth/issuer/oauth-answers.js';

function redirected(location: string): string | null {
  return errorOf({ status: 303, headers: { location }, body: '' });
}

describe('errorOf', () => {
  it.each([
    ['https://app.test/cb?error=access_denied&state=1', 'access_denied'],
    ['https://app.test/cb#error=unsupported_response_type', 'unsupported_response_type'],
    ['https://app.test/cb?code=c', null],
  ])('of a redirect to %s is %s', (location, error) => {
    expect(redirected(location)).toBe(error);
  });

  it('is never what the client wrote into its own redirect URI', () => {
    expect(redirected('https://app.test/cb?error=mine#error=unsupported_response_type')).toBe(
      'unsupported_response_type',
    );
  });

  it.each([
    [200, '{"error":"a"}', null],
    [400, '{"error":"invalid_request"}', 'invalid_request'],
    [500, 'no JSON', 'error'],
  ])('of an answer with status %i and %s is %s', (status, body, error) => {
    expect(errorOf({ status, headers: {}, body })).toBe(error);
  });
});
