import { describe, expect, it } from 'vitest';
import {
  oauthErrorCode,
  tokenAnswer,
  userInfoAnswer,
} from '../../../../src/modules/auth/providers/provider-answers.js';

function anAnswer(text: string, status = 200) {
  return { host: 'idp.test', status, contentType: 'application/json', text };
}

describe('an answer of a token endpoint', () => {
  it('keeps members and digits', () => {
    expect(tokenAnswer(anAnswer('{"access_token":"t","id":12345678901234567890}'))).toEqual({
      access_token: 't',
      id: 12345678901234567890n,
    });
  });

  it.each([
    ['{"error":"invalid_client"}', 401, 'invalid_client'],
    ['{"error":"bad_verification_code","access_token":"t"}', 200, 'bad_verification_code'],
    ['{"message":"no"}', 400, 'invalid_grant'],
    ['{"access_token":"t"}', 400, 'invalid_grant'],
    ['{}', 200, 'invalid_grant'],
    ['{"access_token":""}', 200, 'invalid_grant'],
    ['{"access_token":7}', 200, 'invalid_grant'],
    ['{"error":{"code":1}}', 400, 'invalid_grant'],
  ])('%s with status %d is a refusal: %s', (text, status, error) => {
    expect(() => tokenAnswer(anAnswer(text, status))).toThrow(
      expect.objectContaining({ name: 'ProviderRefusedError', error }),
    );
  });

  it.each(['', 'null', '[]', '"text"', '<html>', 'access_token=t'])('%j is none', (text) => {
    expect(() => tokenAnswer(anAnswer(text))).toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }));
  });
});

describe('user info', () => {
  it('is refused with any status but success', () => {
    expect(() => userInfoAnswer(anAnswer('{"sub":"u"}', 403))).toThrow(
      expect.objectContaining({ error: 'invalid_token' }),
    );
    expect(userInfoAnswer(anAnswer('{"sub":"u"}'))).toEqual({ sub: 'u' });
  });
});

describe('a provider’s error code', () => {
  it('is kept when it is one', () => {
    expect(oauthErrorCode('interaction_required')).toBe('interaction_required');
  });

  it.each(['', 'two words', 'line\nbreak', 'say "hello"', 'x'.repeat(65), 7, null, undefined])(
    '%j is no code',
    (given) => {
      expect(oauthErrorCode(given)).toBe('invalid_grant');
    },
  );
});
