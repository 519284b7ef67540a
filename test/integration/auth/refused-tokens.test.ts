import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aVerifier, resource } from '../../builders/a-verifier.js';
import { LocalProvider } from '../../fakes/local-provider.js';

let provider: LocalProvider;
beforeEach(async () => {
  provider = await LocalProvider.start();
});
afterEach(() => provider[Symbol.asyncDispose]());

describe('a token of the provider for another service', () => {
  it('is refused, which the operator is told once a minute', async () => {
    const { verifier, clock, log } = aVerifier(provider);
    const refuse = async (): Promise<void> => {
      const claims = { aud: ['account', 'api://x'], azp: 'desk' };
      const token = await provider.token(clock.now(), claims);
      await expect(verifier.verify(token)).rejects.toMatchObject({ reason: 'invalid_token' });
    };

    await refuse();
    await refuse();
    expect(log.lines).toMatchObject([
      {
        level: 'warning',
        logger: 'auth',
        message: 'A valid token of the provider is not for this server',
        fields: { audience: 'account api://x', client: 'desk', expected: `${resource} mxcp` },
      },
    ]);

    clock.advance(60_000);
    await refuse();
    expect(log.lines).toHaveLength(2);
  });

  it.each([
    [
      'of the provider under another name',
      { iss: 'http://localhost:1/x' },
      [],
      'iss',
      'http://localhost:1/x',
    ],
    ['of a clock that is ahead', { nbf: 4_102_444_800 }, [], 'nbf', '4102444800'],
    ['without a user', {}, ['sub'], 'sub', ''],
  ])('is told by the claim that is wrong, once a minute: %s', async (_what, wrong, omit, claim, value) => {
    const { verifier, clock, log } = aVerifier(provider);
    const token = await provider.token(clock.now(), { aud: resource, ...wrong }, { omit });
    const refused = { reason: 'invalid_token' };

    await expect(verifier.verify(token)).rejects.toMatchObject(refused);
    await expect(verifier.verify(token)).rejects.toMatchObject(refused);

    const expected = claim === 'iss' ? { expected: provider.url } : {};
    expect(log.lines).toMatchObject([
      {
        level: 'warning',
        message: 'A token that the provider signed is refused for a claim',
        fields: { claim, value, ...expected },
      },
    ]);
    expect(JSON.stringify(log.lines)).not.toContain(token);
  });

  it('is not told of a token that nobody can know to be valid', async () => {
    const { verifier, clock, log } = aVerifier(provider);
    const token = await provider.token(clock.now(), { aud: 'account' });

    await expect(verifier.verify(`${token.slice(0, -10)}AAAAAAAAAA`)).rejects.toMatchObject({
      reason: 'invalid_token',
    });
    expect(log.lines).toEqual([]);
  });
});
