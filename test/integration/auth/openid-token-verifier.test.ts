import { createHmac } from 'node:crypto';
import { exportSPKI, generateKeyPair, importJWK, SignJWT, type CryptoKey } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { VerifierConfig } from '../../../src/common/domain/app-config.js';
import { ProviderUnavailableError, UnauthenticatedError } from '../../../src/common/errors/auth-errors.js';
import { aVerifier, resource } from '../../builders/a-verifier.js';
import { LocalProvider, type TokenParts } from '../../fakes/local-provider.js';

let provider: LocalProvider;
beforeEach(async () => {
  provider = await LocalProvider.start();
});
afterEach(() => provider[Symbol.asyncDispose]());

function open(overrides: Partial<VerifierConfig> = {}) {
  const parts = aVerifier(provider, overrides);
  const token = (claims: object = {}, more: TokenParts = {}) =>
    provider.token(parts.clock.now(), { aud: resource, ...claims }, more);
  const verify = (text: string) => parts.verifier.verify(text);
  return { ...parts, token, verify };
}
const base64 = (value: object | string): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

describe('a signed access token', () => {
  it('says who calls, through which client, and with which scopes', async () => {
    const { token, verify } = open();
    const text = await token({
      preferred_username: 'ann',
      email: 'ann@acme.test',
      name: 'Ann',
      picture: 'https://acme.test/ann.png',
      azp: 'desk',
      scope: 'read write',
      scp: ['admin', 'read'],
      org: { id: 1 },
    });

    const { principal, grantId } = await verify(text);

    expect(principal).toMatchObject({
      provider: 'acme',
      userId: 'u-1',
      username: 'ann',
      email: 'ann@acme.test',
      name: 'Ann',
      avatarUrl: 'https://acme.test/ann.png',
      clientId: 'desk',
      scopes: ['read', 'write', 'admin'],
      capabilities: [],
      externalToken: null,
    });
    expect(principal.profile).toMatchObject({ sub: 'u-1', org: { id: 1 } });
    expect(grantId).toBeNull();
  });

  it.each(['RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'ES512'])('may be signed by %s', async (alg) => {
    const { token, verify } = open();
    await provider.rotate(alg);
    await expect(verify(await token())).resolves.toMatchObject({ principal: { userId: 'u-1' } });
  });

  it('keeps every digit of an integer claim', async () => {
    const { verify, clock } = open();
    const { privateKey, kid } = provider.keys[0]!;
    const exp = Math.floor(clock.now().getTime() / 1000) + 60;
    const payload = `{"iss":"${provider.url}","sub":"u","aud":"${resource}","exp":${exp},"row":9007199254740993}`;
    const input = `${base64({ alg: 'RS256', kid })}.${base64(payload)}`;
    const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', privateKey, Buffer.from(input));
    const { principal } = await verify(`${input}.${Buffer.from(signature).toString('base64url')}`);
    expect(principal.profile['row']).toBe(9007199254740993n);
  });

  it('may be kept for a minute, and not beyond its end', async () => {
    const { token, verify, clock } = open();
    const ahead = async (expiresIn: number) => {
      const { validUntil } = await verify(await token({ jti: String(expiresIn) }, { expiresIn }));
      return Math.round((validUntil.getTime() - clock.now().getTime()) / 1000);
    };
    expect(await ahead(300)).toBe(60);
    expect(await ahead(20)).toBeGreaterThanOrEqual(19);
    expect(await ahead(20)).toBeLessThanOrEqual(20);
  });

  it('is granted a minute for clocks that differ, and no more', async () => {
    const { token, verify } = open();
    await expect(verify(await token({}, { expiresIn: -50 }))).resolves.toBeDefined();
    await expect(verify(await token({}, { expiresIn: -70 }))).rejects.toMatchObject({ reason: 'expired' });
  });

  it('gets no scope that it does not name', async () => {
    const { token, verify } = open();
    expect((await verify(await token())).principal.scopes).toEqual([]);
    expect((await verify(await token({ scope: ['a', 'b c'] }))).principal.scopes).toEqual(['a', 'b', 'c']);
  });

  it('names a user by what is proven', async () => {
    const { token, verify } = open();
    const username = async (claims: object) => (await verify(await token(claims))).principal;
    expect(await username({ email: 'bo@acme.test' })).toMatchObject({ username: 'bo' });
    expect(await username({ email: 'bo@acme.test', email_verified: false })).toMatchObject({
      username: 'u-1',
      email: null,
    });
    expect(await username({ username: 'b' })).toMatchObject({ username: 'b', clientId: 'mxcp' });
  });
});

describe('the audience', () => {
  const forOthers = { aud: 'https://other.test' };

  it.each([
    ['the URL of the MCP endpoint', { aud: resource }],
    ['the base URL', { aud: ['x', 'http://127.0.0.1:8000'] }],
    ['the configured client', { aud: 'mxcp' }],
    ['another audience, issued to the configured client', { aud: 'account', azp: 'mxcp' }],
    ['another audience, with that client_id', { aud: 'account', client_id: 'mxcp' }],
  ])('may be %s', async (_name, claims) => {
    const { token, verify } = open();
    await expect(verify(await token(claims))).resolves.toBeDefined();
  });

  it.each([
    ['another service', forOthers],
    ['another service on this host', { aud: 'http://127.0.0.1:8001/mcp' }],
    ['nobody', { aud: [] }],
    ['no text', { aud: { mxcp: true } }],
  ])('may not be %s', async (_name, claims) => {
    const { token, verify } = open();
    await expect(verify(await token(claims))).rejects.toMatchObject({ reason: 'invalid_token' });
  });

  it('is the configured one and no other', async () => {
    const { token, verify } = open({ audience: 'api://ledger' });
    await expect(verify(await token({ aud: ['api://ledger', 'y'] }))).resolves.toBeDefined();
    await expect(verify(await token({ azp: 'mxcp' }))).rejects.toThrow(UnauthenticatedError);
  });

  it('is looked at unless the operator says otherwise', async () => {
    const { token, verify } = open({ verifyAudience: false });
    await expect(verify(await token(forOthers))).resolves.toBeDefined();
  });
});

describe('a token that only looks like one', () => {
  /** Tokens that no check may let in, by name. */
  const forged: Record<string, (parts: ReturnType<typeof open>) => Promise<string>> = {
    expired: ({ token }) => token({}, { expiresIn: -61 }),
    'not valid yet': ({ token, clock }) => token({ nbf: clock.now().getTime() / 1000 + 120 }),
    'without an end': ({ token }) => token({}, { omit: ['exp'] }),
    'without a subject': ({ token }) => token({}, { omit: ['sub'] }),
    'with an empty subject': ({ token }) => token({ sub: '' }),
    'without an issuer': ({ token }) => token({}, { omit: ['iss'] }),
    'of another issuer': ({ token }) => token({ iss: 'https://evil.test' }),
    'for another service': ({ token }) => token({ aud: 'https://other.test' }),
    'an ID token by nonce': ({ token }) => token({ nonce: 'n' }),
    'an ID token by at_hash': ({ token }) => token({ at_hash: 'h' }),
    'an ID token by its claim': ({ token }) => token({ typ: 'ID' }, { header: { typ: 'JWT' } }),
    'a refresh token': ({ token }) => token({ typ: 'Refresh' }, { header: { typ: 'JWT' } }),
    'bound to a key that a bearer does not show': ({ token }) => token({ cnf: { jkt: 'k' } }),
    'a logout token': ({ token }) => token({}, { header: { typ: 'logout+jwt' } }),
    'of a type that is no text': ({ token }) => token({}, { header: { typ: 5 } }),
    'with a critical extension': async ({ token }) => {
      const [, payload, signature] = (await token()).split('.');
      const header = { alg: 'RS256', kid: provider.keys[0]!.kid, crit: ['x'], x: 1 };
      return `${base64(header)}.${payload}.${signature}`;
    },
    unsigned: async ({ token }) => `${base64({ alg: 'none' })}.${(await token()).split('.')[1]}.`,
    'unsigned, in other letters': async ({ token }) =>
      `${base64({ alg: 'NoNe', typ: 'JWT' })}.${(await token()).split('.')[1]}.`,
    'signed with the public key as a secret': async ({ token }) => {
      const { jwk, kid } = provider.keys[0]!;
      const pem = await exportSPKI((await importJWK(jwk, 'RS256', { extractable: true })) as CryptoKey);
      const input = `${base64({ alg: 'HS256', kid, typ: 'JWT' })}.${(await token()).split('.')[1]}`;
      return `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`;
    },
    'of another key under this key id': ({ clock }) =>
      selfSigned(clock.now(), { kid: provider.keys[0]!.kid }),
    'of another key in its own header': async ({ clock }) => {
      const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
      const { kty, n, e } = await crypto.subtle.exportKey('jwk', publicKey);
      return selfSigned(clock.now(), { jwk: { kty: kty!, n: n!, e: e! } }, privateKey);
    },
    'with keys elsewhere (jku)': ({ clock }) =>
      selfSigned(clock.now(), { jku: `${provider.url}/evil`, kid: 'e' }),
    'with keys elsewhere (x5u)': ({ clock }) =>
      selfSigned(clock.now(), { x5u: `${provider.url}/evil`, kid: 'e' }),
    'with a path as key id': ({ clock }) => selfSigned(clock.now(), { kid: '../../dev/null' }),
    'with a statement as key id': ({ clock }) => selfSigned(clock.now(), { kid: "' OR 1=1 --" }),
    'with a key id that is no text': ({ clock }) => selfSigned(clock.now(), { kid: 7 as unknown as string }),
    'with another payload': async ({ token }) => {
      const [header, payload, signature] = (await token()).split('.');
      const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString()) as object;
      return `${header}.${base64({ ...claims, sub: 'root' })}.${signature}`;
    },
    'cut short': async ({ token }) => (await token()).slice(0, -10),
  };

  async function selfSigned(now: Date, header: object, key?: CryptoKey): Promise<string> {
    const privateKey = key ?? (await generateKeyPair('RS256')).privateKey;
    const exp = Math.floor(now.getTime() / 1000) + 300;
    return new SignJWT({ iss: provider.url, sub: 'u-1', aud: resource, exp })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...header })
      .sign(privateKey);
  }

  it.each(Object.keys(forged))('is refused for good: %s', async (name) => {
    const parts = open({ allowUserinfo: true });
    const text = await forged[name]!(parts);
    // whoever asked the provider would be told that all is well
    provider.introspected.set(text, { active: true, sub: 'u-1', aud: resource });
    provider.users.set(text, { sub: 'u-1' });

    await expect(parts.verify(text)).rejects.toBeInstanceOf(UnauthenticatedError);

    expect([provider.count('/introspect'), provider.count('/userinfo')]).toEqual([0, 0]);
    expect(provider.asked.filter(({ path }) => path.includes('evil'))).toEqual([]);
  });
});

describe('a token that is no JWT', () => {
  const facts = { active: true, sub: 'u-9', aud: resource, scope: 'read', client_id: 'desk' };

  it('is what introspection says', async () => {
    const { verify } = open();
    provider.introspected.set('opaque', facts);
    const { principal } = await verify('opaque');
    expect(principal).toMatchObject({ userId: 'u-9', scopes: ['read'], clientId: 'desk' });
    const [question] = provider.asked.filter(({ path }) => path === '/introspect');
    expect(question?.authorization).toBe(`Basic ${Buffer.from('mxcp:s3cret').toString('base64')}`);
    expect(question?.form.get('client_secret')).toBeNull();
  });

  it('is asked about in the way that the provider wants', async () => {
    provider.metadata['introspection_endpoint_auth_methods_supported'] = ['client_secret_post'];
    const { verify } = open();
    provider.introspected.set('opaque', facts);
    await verify('opaque');
    const [question] = provider.asked.filter(({ path }) => path === '/introspect');
    expect(question?.authorization).toBeNull();
    expect(Object.fromEntries(question?.form ?? [])).toMatchObject({
      client_id: 'mxcp',
      client_secret: 's3cret',
      token: 'opaque',
    });
  });

  it.each([
    ['it is not active', { active: false, sub: 'u', aud: resource }],
    ['active is no boolean', { ...facts, active: 'true' }],
    ['it has expired', { ...facts, exp: 1_000 }],
    ['its end is no number', { ...facts, exp: 'tomorrow' }],
    ['it is not valid yet', { ...facts, nbf: 99_999_999_999 }],
    ['another issuer made it', { ...facts, iss: 'https://evil.test' }],
    ['it is for another service', { ...facts, aud: 'https://other.test' }],
    ['it is for nobody', { active: true, sub: 'u' }],
    ['it has no subject', { active: true, aud: resource }],
    ['it is a refresh token', { ...facts, typ: 'Refresh' }],
    ['it is a refresh token by its type', { ...facts, token_type: 'refresh_token' }],
    ['it is bound to a key', { ...facts, cnf: { jkt: 'k' } }],
    ['it is bound to a key by its type', { ...facts, token_type: 'DPoP' }],
  ])('is refused when %s, and the user info endpoint is not asked', async (_name, answer) => {
    const { verify } = open({ allowUserinfo: true });
    provider.introspected.set('opaque', answer);
    provider.users.set('opaque', { sub: 'u' });
    await expect(verify('opaque')).rejects.toBeInstanceOf(UnauthenticatedError);
    expect(provider.count('/userinfo')).toBe(0);
  });

  it('is shown to the user info endpoint only where that is allowed', async () => {
    delete provider.metadata['introspection_endpoint'];
    provider.users.set('opaque', { sub: 'u-3', preferred_username: 'cy' });
    await expect(open().verify('opaque')).rejects.toBeInstanceOf(UnauthenticatedError);
    const { verify } = open({ allowUserinfo: true });
    await expect(verify('opaque')).resolves.toMatchObject({ principal: { username: 'cy', scopes: [] } });
    await expect(verify('unknown')).rejects.toBeInstanceOf(UnauthenticatedError);
  });

  it('cannot be checked when the provider refuses this client, which is not the caller to blame', async () => {
    const { verify, log } = open();
    provider.answer = (path) => (path === '/introspect' ? { status: 401, body: '{}' } : null);
    await expect(verify('opaque')).rejects.toBeInstanceOf(ProviderUnavailableError);
    expect(log.lines[0]?.message).toContain('refuses to introspect');
  });

  it('is one of at most 64 that the provider is asked about at a time', async () => {
    const { verify } = open();
    const asked = await Promise.allSettled(
      Array.from({ length: 100 }, (_each, index) => verify(`t-${index}`)),
    );
    const refused = asked.filter(
      (each) => each.status === 'rejected' && each.reason instanceof UnauthenticatedError,
    );
    const turnedAway = asked.filter(
      (each) => each.status === 'rejected' && each.reason instanceof ProviderUnavailableError,
    );
    expect([provider.count('/introspect'), refused.length, turnedAway.length]).toEqual([64, 64, 36]);
    await expect(verify('next')).rejects.toBeInstanceOf(UnauthenticatedError);
  });

  it('is the only one that finds out whether a silent provider answers again', async () => {
    const { verify, clock } = open();
    await expect(verify('first')).rejects.toBeInstanceOf(UnauthenticatedError);
    provider.answer = (path) => (path === '/introspect' ? 'silence' : null);
    await expect(verify('second')).rejects.toBeInstanceOf(ProviderUnavailableError);
    clock.advance(5_000);
    await Promise.allSettled(Array.from({ length: 10 }, (_each, index) => verify(`t-${index}`)));
    expect(provider.count('/introspect')).toBe(3);
  });

  it('does not stop the others when the provider fails at it', async () => {
    const { verify } = open();
    provider.introspected.set('good', facts);
    provider.answer = (path) => (path === '/introspect' ? { status: 500, body: '<html>' } : null);
    await expect(verify('odd')).rejects.toBeInstanceOf(ProviderUnavailableError);
    provider.answer = () => null;
    await expect(verify('good')).resolves.toBeDefined();
  });
});

describe('the provider', () => {
  it('is asked for its document and keys once', async () => {
    const { token, verify } = open();
    const texts = await Promise.all([1, 2, 3].map((jti) => token({ jti: String(jti) })));
    await Promise.all(texts.map(verify));
    expect([provider.count('/discovery'), provider.count('/jwks')]).toEqual([1, 1]);
  });

  it('may change its keys', async () => {
    const { token, verify, clock } = open();
    await verify(await token());
    await provider.rotate();
    await expect(verify(await token())).resolves.toBeDefined();
    clock.advance(31_000);
    await provider.rotate();
    await expect(verify(await token())).resolves.toBeDefined();
    expect(provider.count('/jwks')).toBe(3);
  });

  it('is not asked for keys again for every key id that somebody makes up', async () => {
    const { token, verify, clock } = open();
    await verify(await token());
    clock.advance(31_000);
    for (let index = 0; index < 20; index += 1) {
      const text = await token({}, { header: { kid: `made-up-${index}` } });
      await expect(verify(text)).rejects.toBeInstanceOf(UnauthenticatedError);
    }
    expect(provider.count('/jwks')).toBe(2);
  });

  it('that is away cannot be asked, and is left alone for some seconds', async () => {
    const { token, verify, clock, log } = open();
    const text = await token();
    provider.answer = () => 'silence';
    for (let index = 0; index < 5; index += 1) {
      await expect(verify(text)).rejects.toBeInstanceOf(ProviderUnavailableError);
    }
    expect(provider.count('/discovery')).toBe(1);
    expect(log.lines.map(({ message }) => message)).toEqual(['The identity provider does not answer']);
    provider.answer = () => null;
    await expect(verify(text)).rejects.toBeInstanceOf(ProviderUnavailableError);
    clock.advance(5_000);
    await expect(verify(text)).resolves.toBeDefined();
  });

  it('that goes away later is not missed for a day', async () => {
    const { token, verify, clock } = open();
    await verify(await token());
    provider.answer = () => 'silence';
    clock.advance(23 * 3_600_000);
    await expect(verify(await token())).resolves.toBeDefined();
    clock.advance(2 * 3_600_000);
    await expect(verify(await token())).rejects.toBeInstanceOf(ProviderUnavailableError);
  });

  it.each([
    ['is no JSON', { status: 200, body: '<html>' }],
    ['is an error', { status: 404, body: '{}' }],
    ['has no issuer', { status: 200, body: '{"jwks_uri":"http://127.0.0.1:1/"}' }],
    ['is endless', { status: 200, body: `{"issuer":"${'x'.repeat(1_100_000)}"}` }],
    ['has an address that is none', { status: 200, body: '{"issuer":"i","jwks_uri":7}' }],
    ['fails', { status: 503, body: '' }],
    ['moves', { status: 302, body: '' }],
  ])('cannot be used when its document %s', async (_name, answer) => {
    const { token, verify, log } = open();
    provider.answer = () => answer;
    await expect(verify(await token())).rejects.toBeInstanceOf(ProviderUnavailableError);
    expect(log.lines).toHaveLength(1);
  });

  it('cannot be used when its keys are none', async () => {
    const { token, verify } = open();
    provider.answer = (path) => (path === '/jwks' ? { status: 200, body: '{"keys":[{}]}' } : null);
    await expect(verify(await token())).rejects.toBeInstanceOf(ProviderUnavailableError);
  });

  it('tells its issuer', async () => {
    expect(await open().verifier.issuer()).toBe(provider.url);
  });
});
