import { describe, expect, it } from 'vitest';
import { anonymous } from '../../../src/common/domain/principal.js';
import { Secret } from '../../../src/common/domain/secret.js';
import { ConfigInvalidError } from '../../../src/common/errors/config-errors.js';
import { AnonymousAuthenticator } from '../../../src/modules/auth/anonymous-authenticator.js';
import { openAuthenticator } from '../../../src/modules/auth/open-authenticator.js';
import { noAuth } from '../../builders/a-config.js';

describe('openAuthenticator', () => {
  it('makes everyone anonymous while nobody is asked', async () => {
    const authenticator = openAuthenticator(noAuth);

    expect(authenticator).toBeInstanceOf(AnonymousAuthenticator);
    expect(await new AnonymousAuthenticator().authenticate()).toBe(anonymous);
  });

  it('refuses settings that cannot be served', () => {
    expect(() => openAuthenticator({ ...noAuth, problems: ['one', 'two'] })).toThrow(ConfigInvalidError);
  });

  it('does not serve openly where keys are expected', () => {
    const apiKeys = [{ name: null, key: new Secret('a-key-of-some-length') }];

    expect(() => openAuthenticator({ ...noAuth, apiKeys })).toThrow(ConfigInvalidError);
  });
});
