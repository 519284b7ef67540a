import Fastify, { type FastifyInstance } from 'fastify';
import { describe, expect, it } from 'vitest';
import { ProviderUnavailableError } from '../../../../src/common/errors/auth-errors.js';
import { MetadataRoutes, type MetadataSources } from '../../../../src/modules/auth/http/metadata-routes.js';
import { PublicBase } from '../../../../src/modules/auth/http/public-base.js';

const RESOURCE = '/.well-known/oauth-protected-resource';
const SERVER = '/.well-known/oauth-authorization-server';
const OPENID = '/.well-known/openid-configuration';

/** A server that issues tokens under `baseUrl`, unless the sources say otherwise. */
function served(baseUrl: string, sources: Partial<MetadataSources> | null = {}): FastifyInstance {
  const instance = Fastify();
  const full: MetadataSources | null = sources && {
    name: 'Demo',
    issuer: baseUrl,
    authorizationServer: () => Promise.resolve(sources.issuer ?? baseUrl),
    scopes: () => [],
    ...sources,
  };
  const http = { baseUrl, publicUrl: baseUrl, trustProxy: false };
  new MetadataRoutes(new PublicBase(http, full?.issuer != null), full).mount(instance);
  return instance;
}

async function document(instance: FastifyInstance, url: string, host = 'x.test'): Promise<unknown> {
  const reply = await instance.inject({ url, headers: { host } });
  return reply.statusCode === 200 ? reply.json() : reply.statusCode;
}

describe('the documents of an authorization server', () => {
  it.each(['https://x.test', 'https://x.test:8443', 'http://127.0.0.1:8000', 'https://x.test/some/path'])(
    'name the issuer of %s with the same bytes everywhere',
    async (base) => {
      const instance = served(base);

      const server = await document(instance, SERVER);
      const resource = await document(instance, `${RESOURCE}/mcp`);

      expect(server).toMatchObject({ issuer: base, token_endpoint: `${base}/token` });
      expect(resource).toMatchObject({ authorization_servers: [base], resource: `${base}/mcp` });
      expect(await document(instance, OPENID)).toEqual(server);
    },
  );

  it('say what clients need to know, and what clients that know OpenID only demand', async () => {
    expect(await document(served('https://x.test', { scopes: () => ['read'] }), SERVER)).toEqual({
      issuer: 'https://x.test',
      authorization_endpoint: 'https://x.test/authorize',
      token_endpoint: 'https://x.test/token',
      registration_endpoint: 'https://x.test/register',
      revocation_endpoint: 'https://x.test/revoke',
      jwks_uri: 'https://x.test/jwks',
      scopes_supported: ['read'],
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      revocation_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      client_id_metadata_document_supported: true,
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    });
  });

  it('are where a proxy leaves the path of the base URL in place, too', async () => {
    const instance = served('https://x.test/some/path');

    expect(await document(instance, `${SERVER}/some/path`)).toEqual(await document(instance, SERVER));
    expect(await document(instance, `${OPENID}/some/path`)).toEqual(await document(instance, SERVER));
    expect(await document(instance, `${RESOURCE}/some/path`)).toEqual(await document(instance, RESOURCE));
    expect(await document(instance, `${RESOURCE}/some/path/mcp`)).toEqual(
      await document(instance, `${RESOURCE}/mcp`),
    );
  });

  it('keep apart what a base URL that ends in /mcp would mix up', async () => {
    const instance = served('https://x.test/mcp');

    expect(await document(instance, `${RESOURCE}/mcp`)).toMatchObject({ resource: 'https://x.test/mcp/mcp' });
    expect(await document(instance, RESOURCE)).toMatchObject({ resource: 'https://x.test/mcp' });
  });
});

describe('the document of the protected resource', () => {
  it('names the identifier that its URL was built from', async () => {
    const instance = served('https://x.test', { scopes: () => ['read', 'offline_access'] });
    const rest = {
      authorization_servers: ['https://x.test'],
      scopes_supported: ['read'],
      bearer_methods_supported: ['header'],
      resource_name: 'Demo',
    };

    expect(await document(instance, RESOURCE)).toEqual({ resource: 'https://x.test', ...rest });
    expect(await document(instance, `${RESOURCE}/mcp`)).toEqual({ resource: 'https://x.test/mcp', ...rest });
  });

  it('has no scopes rather than none, and follows those in force', async () => {
    let scopes = ['offline_access'];
    const instance = served('https://x.test', { scopes: () => scopes });

    expect(await document(instance, RESOURCE)).not.toHaveProperty('scopes_supported');
    scopes = ['write'];
    expect(await document(instance, RESOURCE)).toMatchObject({ scopes_supported: ['write'] });
  });

  it('names this machine as the client does', async () => {
    const instance = served('http://127.0.0.1:8000');

    expect(await document(instance, `${RESOURCE}/mcp`, 'localhost:8000')).toMatchObject({
      resource: 'http://localhost:8000/mcp',
      authorization_servers: ['http://127.0.0.1:8000'],
    });
    expect(await document(instance, `${RESOURCE}/mcp`, 'localhost:9000')).toMatchObject({
      resource: 'http://127.0.0.1:8000/mcp',
    });
  });

  it('may be kept for an hour', async () => {
    const reply = await served('https://x.test').inject({ url: RESOURCE });

    expect(reply.headers['cache-control']).toBe('public, max-age=3600');
  });
});

describe('the documents where tokens are those of an identity provider', () => {
  it('send the client there, and offer no endpoints', async () => {
    const authorizationServer = (): Promise<string> => Promise.resolve('https://login.test/realms/a');
    const instance = served('https://x.test', { issuer: null, authorizationServer });

    expect(await document(instance, RESOURCE)).toMatchObject({
      resource: 'https://x.test',
      authorization_servers: ['https://login.test/realms/a'],
    });
    expect(await document(instance, SERVER)).toBe(404);
    expect(await document(instance, OPENID)).toBe(404);
  });

  it('ask to come back while the provider does not answer', async () => {
    const authorizationServer = (): Promise<string> => Promise.reject(new ProviderUnavailableError());
    const instance = served('https://x.test', { issuer: null, authorizationServer });

    const reply = await instance.inject({ url: RESOURCE });

    expect(reply.statusCode).toBe(503);
    expect(reply.headers).toMatchObject({ 'retry-after': '5', 'cache-control': 'no-store' });
    expect(reply.json()).toMatchObject({ error: 'temporarily_unavailable' });
  });
});

describe('a server that nobody signs in to', () => {
  it('has no documents', async () => {
    const instance = served('https://x.test', null);

    for (const url of [RESOURCE, `${RESOURCE}/mcp`, SERVER, OPENID]) {
      expect([url, await document(instance, url)]).toEqual([url, 404]);
    }
  });
});
