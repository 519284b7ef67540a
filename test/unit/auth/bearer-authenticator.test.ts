import { describe, expect, it } from 'vitest';
import type { AuthConfig } from '../../../src/common/domain/app-config.js';
import type { IncomingRequest } from '../../../src/common/domain/incoming-request.js';
import { anonymous } from '../../../src/common/domain/principal.js';
import { Secret } from '../../../src/common/domain/secret.js';
import {
  ProviderUnavailableError,
  ScopeMissingError,
  UnauthenticatedError,
} from '../../../src/common/errors/auth-errors.js';
import type { AuthEvent } from '../../../src/modules/auth/auth-journal.js';
import { BearerAuthenticator } from '../../../src/modules/auth/bearer-authenticator.js';
import { Denials } from '../../../src/modules/auth/denials.js';
import { PublicBase } from '../../../src/modules/auth/http/public-base.js';
import { noAuth } from '../../builders/a-config.js';
import { aVerifierConfig } from '../../builders/a-verifier.js';
import { anIncomingRequest } from '../../builders/an-incoming-request.js';
import { RecordingLog } from '../../fakes/recording-log.js';
import { RecordingMetrics } from '../../fakes/recording-metrics.js';
import { ScriptedVerifier } from '../../fakes/scripted-verifier.js';

const apiKeys = [{ name: 'ci', key: new Secret('0123456789abcdef') }];
const oauth = aVerifierConfig({ configUrl: 'https://login.acme.test/discovery' });
const key = { 'x-api-key': '0123456789abcdef' };
const bearer = { authorization: 'Bearer good' };
const metadata = 'resource_metadata="http://127.0.0.1:8000/.well-known/oauth-protected-resource/mcp"';

interface Parts {
  readonly auth?: Partial<AuthConfig>;
  readonly publicUrl?: string | null;
}

/** With OAuth unless the settings say otherwise; the token `good` is ann's. */
function anAuthenticator({ auth = { oauth }, publicUrl = 'http://127.0.0.1:8000' }: Parts = {}) {
  const verifier = new ScriptedVerifier();
  verifier.knows('good', { principal: { profile: { role: 'clerk' }, scopes: ['read'] } });
  const metrics = new RecordingMetrics();
  const log = new RecordingLog();
  const events: AuthEvent[] = [];
  let settings: AuthConfig = { ...noAuth, ...auth };
  const journal = {
    record: (event: AuthEvent) => {
      events.push(event);
      return Promise.resolve();
    },
  };
  const denials = new Denials(journal, log);
  const authenticator = new BearerAuthenticator(
    () => settings,
    settings.oauth === null ? null : verifier,
    new PublicBase({ baseUrl: publicUrl, publicUrl, trustProxy: false }, false),
    denials,
    metrics,
  );
  const enter = (headers: IncomingRequest['headers'] = {}) =>
    authenticator.authenticate(anIncomingRequest(headers));
  /** How a request is refused. */
  const refused = async (
    headers: IncomingRequest['headers'] = {},
    overrides: Partial<IncomingRequest> = {},
  ) => {
    const request = anIncomingRequest(headers, overrides);
    try {
      await authenticator.authenticate(request);
    } catch (error) {
      if (error instanceof UnauthenticatedError || error instanceof ScopeMissingError) {
        return authenticator.refusal(error, request);
      }
      throw error;
    }
    return null;
  };
  const reload = (next: Partial<AuthConfig>) => {
    settings = { ...noAuth, ...next };
  };
  return { verifier, metrics, events, enter, refused, reload };
}

describe('without keys and OAuth', () => {
  it('lets everybody in, and counts nobody', async () => {
    const { enter, metrics } = anAuthenticator({ auth: {} });
    expect(await enter(bearer)).toBe(anonymous);
    expect(metrics.auth).toEqual([]);
  });

  it('asks for a key as soon as a reload brings one, and for good', async () => {
    const { enter, refused, reload } = anAuthenticator({ auth: {} });
    reload({ apiKeys });
    expect(await refused()).toMatchObject({ status: 401 });
    expect(await enter(key)).toMatchObject({ username: 'ci' });
    reload({});
    expect(await refused()).toMatchObject({ status: 401 });
    expect(await refused(key)).toMatchObject({ status: 401 });
  });
});

describe('a bearer token', () => {
  it('lets its user in, with the capabilities that the claims give', async () => {
    const claimMappings = { role: { clerk: ['ledger.post'] } };
    const { enter, metrics } = anAuthenticator({ auth: { oauth, claimMappings } });
    expect(await enter(bearer)).toMatchObject({
      userId: 'u-1',
      clientId: 'desk',
      capabilities: ['ledger.post'],
    });
    expect(metrics.auth).toEqual([{ provider: 'acme', status: 'success' }]);
  });

  it.each(['bearer good', 'BEARER good', 'Bearer   good'])('may be sent as "%s"', async (authorization) => {
    expect(await anAuthenticator().enter({ authorization })).toMatchObject({ userId: 'u-1' });
  });

  it('follows the mappings and scopes of a reload', async () => {
    const { enter, refused, reload } = anAuthenticator();
    reload({ oauth, requiredScopes: ['read'], claimMappings: { role: { clerk: ['x'] } } });
    expect(await enter(bearer)).toMatchObject({ capabilities: ['x'] });
    reload({ oauth, requiredScopes: ['write'] });
    expect(await refused(bearer)).toMatchObject({ status: 403 });
  });

  it.each([
    ['one that nobody knows', 'Bearer bad'],
    ['a scheme alone', 'Bearer'],
    ['an empty one', 'Bearer '],
    ['two in one header', 'Bearer good, Bearer good'],
    ['several headers', ['Bearer good', 'Bearer good']],
    ['another scheme', 'Basic Z29vZDo='],
    ['one with a NUL', 'Bearer good\0'],
    ['one in two lines', 'Bearer good\r\nx: y'],
    ['one beyond ASCII', 'Bearer gööd'],
    ['one that is too long', `Bearer ${'a'.repeat(8_192)}`],
  ])('is refused: %s', async (_name, authorization) => {
    const { refused, verifier, metrics, events } = anAuthenticator();
    expect(await refused({ authorization })).toEqual({
      status: 401,
      challenge: `Bearer error="invalid_token", error_description="Authentication required", ${metadata}`,
      error: 'invalid_token',
      description: 'Authentication required',
    });
    expect(verifier.asked.filter((token) => token !== 'bad')).toEqual([]);
    expect(metrics.auth).toEqual([{ provider: 'acme', status: 'invalid_token' }]);
    expect(events).toMatchObject([{ type: 'auth.denied', reason: 'invalid_token', ip: '192.0.2.7' }]);
  });

  it('that has expired looks the same to its sender, and not to the operator', async () => {
    const { refused, verifier, metrics, events } = anAuthenticator();
    verifier.fails('old', new UnauthenticatedError('expired'));
    expect(await refused({ authorization: 'Bearer old' })).toEqual(
      await refused({ authorization: 'Bearer x' }),
    );
    expect(metrics.auth[0]).toEqual({ provider: 'acme', status: 'expired' });
    expect(events[0]).toMatchObject({ reason: 'expired', correlationId: 'req-1' });
  });

  it('that is missing is no error', async () => {
    const { refused, metrics, events } = anAuthenticator();
    expect(await refused({ 'user-agent': 'curl' })).toMatchObject({
      status: 401,
      challenge: `Bearer ${metadata}`,
      error: 'unauthorized',
    });
    expect(metrics.auth).toEqual([{ provider: 'acme', status: 'no_token' }]);
    expect(events).toMatchObject([{ reason: 'no_token', userId: null, userAgent: 'curl' }]);
  });

  it('that nobody can check now is neither let in nor refused', async () => {
    const { enter, verifier, metrics, events } = anAuthenticator();
    verifier.fails('good', new ProviderUnavailableError());
    await expect(enter(bearer)).rejects.toBeInstanceOf(ProviderUnavailableError);
    expect(metrics.auth).toEqual([{ provider: 'acme', status: 'error' }]);
    expect(events).toMatchObject([{ reason: 'provider_error' }]);
  });

  it('without the scopes is told all that a token needs', async () => {
    const requiredScopes = ['read', 'write', 'admin'];
    const { refused, metrics, events } = anAuthenticator({ auth: { oauth, requiredScopes } });
    const description = 'Required scope: write admin';
    expect(await refused(bearer)).toEqual({
      status: 403,
      challenge:
        `Bearer error="insufficient_scope", error_description="${description}", ` +
        `scope="read write admin", ${metadata}`,
      error: 'insufficient_scope',
      description,
    });
    expect(metrics.auth).toEqual([{ provider: 'acme', status: 'forbidden' }]);
    expect(events).toMatchObject([{ reason: 'insufficient_scope', userId: 'u-1', clientId: 'desk' }]);
    expect((await refused())?.challenge).toBe(`Bearer scope="read write admin", ${metadata}`);
  });

  it('is asked for in words that end no quotation', async () => {
    const { refused } = anAuthenticator({ auth: { oauth, requiredScopes: ['a"b\\c', 'é\n'] } });
    expect((await refused())?.challenge).toContain('scope="a\\"b\\\\c ", ');
  });
});

describe('where the metadata is', () => {
  const at = async (publicUrl: string | null, origin: string) =>
    /resource_metadata="(.*?)\/\.well-known/.exec(
      (await anAuthenticator({ publicUrl }).refused({}, { origin }))?.challenge ?? '',
    )?.[1];

  it.each([
    ['https://x.test/app', 'http://evil.test', 'https://x.test/app'],
    ['https://x.test', 'http://localhost:8000', 'https://x.test'],
    ['http://localhost:8000', 'http://127.0.0.1:8000', 'http://127.0.0.1:8000'],
    ['http://localhost:8000', 'http://evil.test', 'http://localhost:8000'],
    [null, 'https://y.test:9000', 'https://y.test:9000'],
  ])('%s, asked at %s: %s', async (publicUrl, origin, expected) => {
    expect(await at(publicUrl, origin)).toBe(expected);
  });
});

describe('an API key', () => {
  it('is enough without OAuth', async () => {
    const { enter, metrics } = anAuthenticator({ auth: { apiKeys } });
    expect(await enter(key)).toMatchObject({
      provider: 'api_key',
      username: 'ci',
      profile: { role: 'user' },
    });
    expect(metrics.auth).toEqual([{ provider: 'api_key', status: 'success' }]);
  });

  it.each([
    ['missing', {}, 'no_token', 'no_token'],
    ['wrong', { 'x-api-key': 'nope' }, 'api_key', 'invalid_token'],
    ['sent twice', { 'x-api-key': `${key['x-api-key']}, ${key['x-api-key']}` }, 'api_key', 'invalid_token'],
    ['too long', { 'x-api-key': 'a'.repeat(9_000) }, 'api_key', 'invalid_token'],
    ['sent as a token', { authorization: `Bearer ${key['x-api-key']}` }, 'no_token', 'no_token'],
  ])('is asked for when it is %s', async (_name, headers, reason, status) => {
    const { refused, metrics, events } = anAuthenticator({ auth: { apiKeys } });
    expect(await refused(headers)).toEqual({
      status: 401,
      challenge: 'ApiKey',
      error: 'unauthorized',
      description: 'Authentication required',
    });
    expect(events).toMatchObject([{ reason }]);
    expect(metrics.auth).toEqual([{ provider: 'api_key', status }]);
  });

  it('is enough beside OAuth, whatever the token is, and needs no scopes', async () => {
    const { enter, verifier } = anAuthenticator({ auth: { oauth, apiKeys, requiredScopes: ['write'] } });
    expect(await enter({ ...key, authorization: 'Bearer bad' })).toMatchObject({ username: 'ci' });
    expect(verifier.asked).toEqual([]);
  });

  it('that is wrong does not spoil a valid token', async () => {
    const { enter } = anAuthenticator({ auth: { oauth, apiKeys } });
    expect(await enter({ 'x-api-key': 'nope', ...bearer })).toMatchObject({ username: 'ann' });
  });

  it('that is wrong and alone is an error of no token', async () => {
    const { refused, events } = anAuthenticator({ auth: { oauth, apiKeys } });
    expect(await refused({ 'x-api-key': 'nope' })).toMatchObject({ challenge: `Bearer ${metadata}` });
    expect(events).toMatchObject([{ reason: 'api_key' }]);
  });

  it('means nothing where none is configured', async () => {
    const { refused, events } = anAuthenticator();
    await refused({ 'x-api-key': 'nope' });
    expect(events).toMatchObject([{ reason: 'no_token' }]);
  });

  it('gets no capabilities by the mappings of a provider', async () => {
    const claimMappings = { role: { user: ['everything'] } };
    const { enter } = anAuthenticator({ auth: { oauth, apiKeys, claimMappings } });
    expect(await enter(key)).toMatchObject({ capabilities: [] });
  });

  it('can be replaced by a reload', async () => {
    const { enter, refused, reload } = anAuthenticator({ auth: { apiKeys } });
    await enter(key);
    reload({ apiKeys: [{ name: null, key: new Secret('fedcba9876543210') }] });
    expect(await refused(key)).toMatchObject({ status: 401 });
    expect(await enter({ 'x-api-key': 'fedcba9876543210' })).toMatchObject({
      username: expect.stringMatching(/^key:/),
    });
  });
});
