import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aVerifier, resource } from '../../builders/a-verifier.js';
import { LocalProvider } from '../../fakes/local-provider.js';

let provider: LocalProvider;
beforeEach(async () => {
  provider = await LocalProvider.start();
});
afterEach(() => provider[Symbol.asyncDispose]());

describe('a valid token for another service', () => {
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

  it('is not told of a token that nobody can know to be valid', async () => {
    const { verifier, clock, log } = aVerifier(provider);
    const token = await provider.token(clock.now(), { aud: 'account' });

    await expect(verifier.verify(`${token.slice(0, -10)}AAAAAAAAAA`)).rejects.toMatchObject({
      reason: 'invalid_token',
    });
    expect(log.lines).toEqual([]);
  });
});
