import { describe, expect, it } from 'vitest';
import type { OnepasswordDocument } from '../../../../src/modules/config/schema/secret-managers-schema.js';
import { OnepasswordSecretResolver } from '../../../../src/modules/config/secrets/onepassword-secret-resolver.js';
import { Variables } from '../../../../src/modules/config/variables.js';

/** Stands in for `@1password/sdk`, which is not installed. */
function stubSdk(values: Readonly<Record<string, string>> = {}) {
  const clients: unknown[] = [];
  const sdk = {
    createClient: (options: { auth: string }) => {
      clients.push(options);
      if (options.auth !== 't0ken') return Promise.reject(new Error('bad t0ken text'));
      const resolve = (reference: string): Promise<string> => {
        const value = values[reference];
        return value === undefined ? Promise.reject(new Error('no such item')) : Promise.resolve(value);
      };
      return Promise.resolve({ secrets: { resolve } });
    },
  };
  return { clients, load: () => Promise.resolve(sdk) };
}

function resolver(
  sdk: { load: () => Promise<unknown> },
  settings: OnepasswordDocument | null = { enabled: true },
  env: Record<string, string> = { OP_SERVICE_ACCOUNT_TOKEN: 't0ken' },
): OnepasswordSecretResolver {
  return new OnepasswordSecretResolver(settings, new Variables(env), sdk.load);
}

describe('OnepasswordSecretResolver', () => {
  it.each([
    ['op://Private/My Item/password', 'op://Private/My Item/password'],
    ['op://v/i/section/f', 'op://v/i/section/f'],
    ['op://v/i/code?attribute=otp', 'op://v/i/code?attribute=totp'],
    ['op://v/i/code?attribute=totp', 'op://v/i/code?attribute=totp'],
  ])('asks for %s as %s', async (reference, asked) => {
    expect(await resolver(stubSdk({ [asked]: 'x' })).resolve(reference)).toBe('x');
  });

  it('signs in once, with the token of the named variable', async () => {
    const sdk = stubSdk({ 'op://v/i/a': '1', 'op://v/i/b': '2' });
    const subject = resolver(sdk, { enabled: true, token_env: 'MINE' }, { MINE: 't0ken' });

    await Promise.all([subject.resolve('op://v/i/a'), subject.resolve('op://v/i/b')]);
    expect(sdk.clients).toEqual([
      { auth: 't0ken', integrationName: 'mxcp-server', integrationVersion: 'v1' },
    ]);
  });

  it.each(['op://v/i', 'op://v/i/s/f/x', 'op://v//f', 'op://v/i/f?attribute=x', 'op://'])(
    'refuses the form %s',
    async (reference) => {
      await expect(resolver(stubSdk()).resolve(reference)).rejects.toMatchObject({
        message: `Invalid 1Password URL format: '${reference}'. Expected op://vault/item/field or op://vault/item/field?attribute=otp`,
      });
    },
  );

  it.each([null, {}, { enabled: false }])('must be enabled, not %j', async (settings) => {
    await expect(resolver(stubSdk(), settings).resolve('op://v/i/f')).rejects.toMatchObject({
      code: 'SECRET_UNRESOLVED',
      message: "1Password URL 'op://v/i/f' found but 1Password is not enabled in configuration",
    });
  });

  it.each([
    [{ enabled: true }, 'OP_SERVICE_ACCOUNT_TOKEN'],
    [{ enabled: true, token_env: 'MINE' }, 'MINE'],
  ])('needs a token for %j', async (settings, name) => {
    await expect(resolver(stubSdk(), settings, {}).resolve('op://v/i/f')).rejects.toMatchObject({
      message: `1Password service account token not found in environment variable '${name}'`,
    });
  });

  it('wraps what the service says', async () => {
    await expect(resolver(stubSdk()).resolve('op://v/i/f')).rejects.toMatchObject({
      message: "Failed to resolve 1Password URL 'op://v/i/f': no such item",
    });
  });

  it('says that the token was refused, without what the service says of it', async () => {
    const subject = resolver(stubSdk(), { enabled: true }, { OP_SERVICE_ACCOUNT_TOKEN: 'wr0ng' });

    await expect(subject.resolve('op://v/i/f')).rejects.toMatchObject({
      message: 'Failed to authenticate with 1Password',
    });
  });

  it('names the optional package when it is not installed', async () => {
    const subject = new OnepasswordSecretResolver(
      { enabled: true },
      new Variables({ OP_SERVICE_ACCOUNT_TOKEN: 't0ken' }),
    );

    await expect(subject.resolve('op://v/i/f')).rejects.toMatchObject({
      code: 'SECRET_UNRESOLVED',
      message:
        '@1password/sdk library is required for 1Password references. Install it with: npm install @1password/sdk',
    });
  });
});
