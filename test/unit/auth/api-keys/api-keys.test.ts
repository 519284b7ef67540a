import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../../src/common/domain/secret.js';
import { ApiKeys } from '../../../../src/modules/auth/api-keys/api-keys.js';

const keys = new ApiKeys([
  { name: 'ci', key: new Secret('first-key-of-all') },
  { name: null, key: new Secret('second-key-of-all') },
]);

describe('ApiKeys', () => {
  it('knows whose key it is', () => {
    const fingerprint = createHash('sha256').update('first-key-of-all').digest('hex').slice(0, 8);
    expect(keys.ownerOf('first-key-of-all')).toEqual({
      provider: 'api_key',
      userId: `key:${fingerprint}`,
      username: 'ci',
      email: null,
      name: null,
      avatarUrl: null,
      profile: { role: 'user' },
      capabilities: [],
      scopes: [],
      clientId: null,
      externalToken: null,
    });
    const second = keys.ownerOf('second-key-of-all');
    expect(second?.username).toBe(second?.userId);
  });

  it.each(['', 'first-key-of-al', 'first-key-of-all ', 'FIRST-KEY-OF-ALL', 'ci', 'ci=first-key-of-all'])(
    'knows nobody by "%s"',
    (key) => {
      expect(keys.ownerOf(key)).toBeNull();
    },
  );

  it('does not show the keys', () => {
    expect(inspect(keys, { depth: 9, showHidden: true })).not.toContain('first-key-of-all');
  });
});
