import { describe, expect, it } from 'vitest';
import type { VaultDocument } from '../../../../src/modules/config/schema/secret-managers-schema.js';
import { VaultSecretResolver } from '../../../../src/modules/config/secrets/vault-secret-resolver.js';
import { Variables } from '../../../../src/modules/config/variables.js';
import { loadConfig, userProfile } from '../../../builders/a-config-load.js';
import { aStubVault, type StubVaultParts } from '../../../fakes/stub-vault.js';

const v2 = (data: unknown) => ({ data: { data, metadata: { version: 3 } } });
const v1 = (data: unknown) => ({ data });

async function vault(parts: StubVaultParts, settings: VaultDocument = {}, env: Record<string, string> = {}) {
  const stub = await aStubVault(parts);
  const resolver = new VaultSecretResolver(
    { enabled: true, address: stub.address, ...settings },
    new Variables({ VAULT_TOKEN: 't0ken', ...env }),
  );
  return { ...stub, resolver };
}

const offline = (settings: VaultDocument | null, env: Record<string, string> = {}) =>
  new VaultSecretResolver(settings, new Variables(env));

describe('VaultSecretResolver', () => {
  it('reads below the mount secret, version 2, after checking the token', async () => {
    const { resolver, requests } = await vault({ secrets: { 'secret/data/apps/crm': v2({ token: 'x' }) } });

    expect(await resolver.resolve('vault://apps/crm#token')).toBe('x');
    expect(requests).toEqual(['GET auth/token/lookup-self', 'GET secret/data/apps/crm']);
  });

  it('reads version 1 when version 2 has nothing', async () => {
    const { resolver, requests } = await vault({ secrets: { 'secret/apps/crm': v1({ token: 'x' }) } });

    expect(await resolver.resolve('vault://apps/crm#token')).toBe('x');
    expect(requests.slice(1)).toEqual(['GET secret/data/apps/crm', 'GET secret/apps/crm']);
  });

  it.each([
    ['kv/data/acme/db', v2],
    ['kv/acme/db', v1],
  ])('takes the first segment as the mount when the mount secret has nothing: %s', async (path, stored) => {
    const { resolver } = await vault({ secrets: { [path]: stored({ k: 'x' }) } });

    expect(await resolver.resolve('vault://kv/acme/db#k')).toBe('x');
  });

  it('looks for vault://secret/crm below secret/secret first', async () => {
    const { resolver, requests } = await vault({ secrets: { 'secret/data/crm': v2({ k: 'x' }) } });

    expect(await resolver.resolve('vault://secret/crm#k')).toBe('x');
    expect(requests.slice(1)).toEqual([
      'GET secret/data/secret/crm',
      'GET secret/secret/crm',
      'GET secret/data/crm',
    ]);
  });

  it('keeps the JSON type of the value, with all digits of integers', async () => {
    const text = '{"data":{"data":{"n":9007199254740993,"o":{"a":[1]},"z":null,"b":true}}}';
    const { resolver } = await vault({ secrets: { 'secret/data/x': text } });

    const values = await Promise.all(['n', 'o', 'z', 'b'].map((key) => resolver.resolve(`vault://x#${key}`)));
    expect(values).toEqual([9007199254740993n, { a: [1] }, null, true]);
  });

  it('logs in once and reads each path once, however many keys are asked for', async () => {
    const { resolver, requests } = await vault({ secrets: { 'secret/data/x': v2({ a: '1', b: '2' }) } });

    await Promise.all(['a', 'b', 'a'].map((key) => resolver.resolve(`vault://x#${key}`)));
    expect(requests).toHaveLength(2);
  });

  it('encodes the path', async () => {
    const { resolver } = await vault({ secrets: { 'secret/data/a%20b/%3Fc': v2({ k: 'x' }) } });

    expect(await resolver.resolve('vault://a b/?c#k')).toBe('x');
  });

  it('takes the token from the named variable and the address from VAULT_ADDR', async () => {
    const stub = await aStubVault({ token: 'mine', secrets: { 'secret/data/x': v2({ k: 'v' }) } });
    const resolver = offline(
      { enabled: true, token_env: 'MINE' },
      { MINE: 'mine', VAULT_ADDR: `${stub.address}/` },
    );

    expect(await resolver.resolve('vault://x#k')).toBe('v');
  });

  it('logs in by AppRole when that is set', async () => {
    const appRole = { mount: 'team/approle', roleId: 'r', secretId: 's' };
    const secrets = { 'secret/data/x': v2({ k: 'v' }) };
    const approle = { mount: 'team/approle', secret_id_env: 'SID' };
    const env = { VAULT_ROLE_ID: 'r', SID: 's', VAULT_TOKEN: 'unused' };
    const { resolver, requests } = await vault({ token: 'leased', appRole, secrets }, { approle }, env);

    expect(await resolver.resolve('vault://x#k')).toBe('v');
    expect(requests[0]).toBe('POST auth/team/approle/login');
  });

  it('says that AppRole was refused', async () => {
    const appRole = { mount: 'approle', roleId: 'r', secretId: 's' };
    const env = { VAULT_ROLE_ID: 'r', VAULT_SECRET_ID: 'wr0ng' };
    const { resolver } = await vault({ appRole }, { approle: {} }, env);

    await expect(resolver.resolve('vault://x#k')).rejects.toMatchObject({
      message: 'Failed to authenticate with Vault',
    });
  });

  it('says that the token was refused, without it', async () => {
    const { resolver } = await vault({}, {}, { VAULT_TOKEN: 'wr0ng' });

    await expect(resolver.resolve('vault://x#k')).rejects.toMatchObject({
      code: 'SECRET_UNRESOLVED',
      message: 'Failed to authenticate with Vault',
    });
  });

  it('says where it looked for a path', async () => {
    const { resolver } = await vault({ secrets: { 'secret/data/a/b': v2(null), 'a/b': '<html>' } });

    await expect(resolver.resolve('vault://a/b#k')).rejects.toMatchObject({
      message:
        "Failed to read secret from Vault path 'a/b': secret/data/a/b answered 200, " +
        'secret/a/b answered 404, a/data/b answered 404, a/b answered 200',
    });
  });

  it.each(['missing', 'constructor'])('says that a secret has no key %s', async (key) => {
    const { resolver } = await vault({ secrets: { 'secret/data/x': v2({ other: 'v' }) } });

    await expect(resolver.resolve(`vault://x#${key}`)).rejects.toMatchObject({
      message: `Key '${key}' not found in Vault secret at path 'x'`,
    });
  });

  it('trims the token, and never repeats one that cannot be sent', async () => {
    const secrets = { 'secret/data/x': v2({ k: 'v' }) };
    const trimmed = await vault({ secrets }, {}, { VAULT_TOKEN: 't0ken\n' });
    const broken = await vault({ secrets }, {}, { VAULT_TOKEN: 't0\nken' });

    expect(await trimmed.resolver.resolve('vault://x#k')).toBe('v');
    const error: unknown = await broken.resolver.resolve('vault://x#k').catch((cause: unknown) => cause);
    expect(error).toMatchObject({ message: 'Error connecting to Vault: the request failed' });
    expect((error as Error).cause).toBeUndefined();
  });

  it('says that Vault cannot be reached', async () => {
    const resolver = offline({ enabled: true, address: 'http://127.0.0.1:1' }, { VAULT_TOKEN: 't0ken' });

    await expect(resolver.resolve('vault://x#k')).rejects.toMatchObject({
      message: expect.stringMatching(/^Error connecting to Vault: \S/) as string,
    });
  });

  const enabled = { enabled: true };
  const addressed = { enabled: true, address: 'http://127.0.0.1:1' };

  it.each<[string, VaultDocument | null, string]>([
    ['vault://x#k', null, "Vault URL 'vault://x#k' found but Vault is not enabled in configuration"],
    ['vault://x#k', {}, "Vault URL 'vault://x#k' found but Vault is not enabled in configuration"],
    ['vault://', enabled, "Invalid vault URL format: 'vault://'. Expected vault://path/to/secret#key"],
    ['vault://#k', enabled, "Invalid vault URL format: 'vault://#k'. Expected vault://path/to/secret#key"],
    [
      'vault://x',
      enabled,
      "Vault URL 'vault://x' must specify a key after '#'. Expected vault://path/to/secret#key",
    ],
    [
      'vault://x#',
      enabled,
      "Vault URL 'vault://x#' must specify a key after '#'. Expected vault://path/to/secret#key",
    ],
    ['vault://x#k', enabled, 'Vault address must be configured when using vault:// URLs'],
    ['vault://x#k', addressed, "Vault token not found in environment variable 'VAULT_TOKEN'"],
    [
      'vault://x#k',
      { ...addressed, token_env: 'OTHER' },
      "Vault token not found in environment variable 'OTHER'",
    ],
    [
      'vault://x#k',
      { ...addressed, approle: {} },
      "Vault role id not found in environment variable 'VAULT_ROLE_ID'",
    ],
  ])('says what is wrong with %s under %j', async (reference, settings, message) => {
    await expect(offline(settings).resolve(reference)).rejects.toMatchObject({
      code: 'SECRET_UNRESOLVED',
      message,
    });
  });
});

describe('a user file with vault:// references', () => {
  it('is loaded with what Vault holds', async () => {
    const { address, requests } = await aStubVault({
      secrets: { 'secret/data/db': v2({ user: 'ada', port: 5432 }) },
    });
    const { database } = await loadConfig({
      user:
        `vault: {enabled: true, address: "\${VAULT_ADDR}"}\n` +
        userProfile(
          'secrets: [{name: db, type: postgres, parameters: {USER: "vault://db#user", PORT: "vault://db#port"}}]',
        ),
      env: { VAULT_ADDR: address, VAULT_TOKEN: 't0ken' },
    });

    expect(database.secrets[0]?.parameters.reveal()).toEqual({ USER: 'ada', PORT: 5432 });
    expect(requests).toHaveLength(2);
  });
});
