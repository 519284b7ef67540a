import { describe, expect, it } from 'vitest';
import { redisFailure } from '../../../../src/modules/auth/stores/redis-failure.js';

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });

describe('redisFailure', () => {
  it.each([
    [
      'a code of the system',
      Object.assign(new Error('connect 10.0.0.1'), { code: 'ECONNREFUSED' }),
      'ECONNREFUSED',
    ],
    ['the first word of Redis', named('ReplyError', 'WRONGPASS for AUTH me s3cr3t'), 'WRONGPASS'],
    ['no word at all', named('ReplyError', 'what? s3cr3t'), 'ReplyError'],
    ['what the driver says', new Error('Command timed out'), 'Command timed out'],
    ['a kind of error', named('MaxRetriesPerRequestError', 'Reached …'), 'MaxRetriesPerRequestError'],
    ['something that is no error', 's3cr3t', 'unknown'],
  ])('names %s and nothing else', (_what, error, reason) => {
    expect(redisFailure(error)).toBe(reason);
  });
});
