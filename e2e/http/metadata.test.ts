import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { examples, projectCopy } from '../support/command.ts';
import { startFakeOpenId, type FakeOpenId } from '../support/fake-openid.ts';
import { startServer, type RunningServer } from '../support/server.ts';

type Document = Readonly<Record<string, unknown>>;

const RESOURCE = '/.well-known/oauth-protected-resource';
const SERVER = '/.well-known/oauth-authorization-server';
const OPENID = '/.well-known/openid-configuration';
const github = 'provider: github, github: {client_id: app, client_secret: s3cret}';

describe('the documents for clients that know the URL only', () => {
  let project: ReturnType<typeof projectCopy>;
  let server: RunningServer | null = null;

  beforeEach(() => {
    project = projectCopy(join(examples, 'earthquakes'));
  });

  afterEach(async () => {
    await server?.stop();
    server = null;
    project.remove();
  });

  /** Starts the example with the members given of `auth` and `transport.http`. */
  async function start(auth: string, http = '', env: Record<string, string> = {}): Promise<RunningServer> {
    const file = join(project.folder, 'user.yml');
    const profile = `projects: {earthquakes: {profiles: {default: {auth: {${auth}}}}}}`;
    writeFileSync(file, `mxcp: 1\ntransport: {http: {${http}}}\n${profile}\n`);
    server = await startServer(project.folder, [], { MXCP_CONFIG: file, ...env });
    return server;
  }

  async function document(path: string, host = '127.0.0.1'): Promise<Document | number> {
    const { port } = server ?? { port: 0 };
    const answer = await fetch(`http://${host}:${port}${path}`, { headers: { origin: 'https://any.test' } });
    if (answer.status !== 200) return answer.status;
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=3600');
    return (await answer.json()) as Document;
  }

  it.each([
    ['itself', ''],
    ['a name', 'https://x.test'],
    ['a name with port and path', 'https://x.test:8443/mxcp'],
  ])('name one issuer, byte by byte, under %s', async (_what, base) => {
    const { url } = await start(github, base === '' ? '' : `base_url: "${base}"`);
    const issuer = base === '' ? url : base;

    const metadata = await document(SERVER);

    expect(metadata).toMatchObject({ issuer, token_endpoint: `${issuer}/token` });
    expect(await document(OPENID)).toEqual(metadata);
    expect(await document(RESOURCE)).toMatchObject({ resource: issuer, authorization_servers: [issuer] });
    expect(await document(`${RESOURCE}/mcp`)).toMatchObject({
      resource: `${issuer}/mcp`,
      authorization_servers: [issuer],
    });
    const challenged = await fetch(`${url}/mcp`, { method: 'POST' });
    expect(challenged.headers.get('www-authenticate')).toBe(
      `Bearer resource_metadata="${issuer}${RESOURCE}/mcp"`,
    );
  });

  it('name this machine as the client did', async () => {
    const { url, port } = await start(github);

    expect(await document(`${RESOURCE}/mcp`, 'localhost')).toMatchObject({
      resource: `http://localhost:${port}/mcp`,
      authorization_servers: [url],
    });
  });

  it('are none where callers have keys', async () => {
    await start('provider: none', '', { MCP_API_KEYS: 'a-key-of-some-length' });

    for (const path of [RESOURCE, `${RESOURCE}/mcp`, SERVER, OPENID]) expect(await document(path)).toBe(404);
  });

  describe('where tokens are those of an identity provider', () => {
    let provider: FakeOpenId;

    beforeEach(async () => {
      provider = await startFakeOpenId();
    });

    afterEach(() => provider.stop());

    const auth = (): string =>
      `mode: verifier, provider: oidc, oidc: {config_url: "${provider.issuer}/.well-known/openid-configuration", ` +
      'client_id: mxcp, client_secret: s, scope: openid}, authorization: {required_scopes: [read, offline_access]}';

    it('send clients there', async () => {
      const { url } = await start(auth());

      expect(await document(`${RESOURCE}/mcp`)).toMatchObject({
        resource: `${url}/mcp`,
        authorization_servers: [provider.issuer],
        scopes_supported: ['read'],
      });
      expect([await document(SERVER), await document(OPENID)]).toEqual([404, 404]);
    });

    it('ask to come back while it does not answer, and are there when it does', async () => {
      provider.fail('discovery', 'error');
      await start(auth());

      expect(await document(RESOURCE)).toBe(503);
      provider.fail('discovery', null);
      await expect.poll(() => document(RESOURCE), { timeout: 15_000, interval: 500 }).toBeTypeOf('object');
    });
  });
});
