import { writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examples, projectCopy } from '../support/command.ts';
import { startServer, type RunningServer } from '../support/server.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** A request with exactly these headers; `fetch` writes its own Host. */
function ask(
  server: RunningServer,
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: server.port, method, path, headers }, (answer) => {
      answer.resume();
      answer.on('end', () => {
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers });
      });
    });
    sent.on('error', reject);
    sent.end(method === 'POST' ? '{"jsonrpc":"2.0","id":1,"method":"ping"}' : undefined);
  });
}

const json = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

describe('a server on localhost behind a proxy', () => {
  const project = projectCopy(join(examples, 'earthquakes'));
  const configFile = join(project.folder, 'proxied.yml');
  let server: RunningServer;

  beforeAll(async () => {
    const http = '{base_url: "https://x.test", trust_proxy: true, allowed_origins: ["https://app.test"]}';
    writeFileSync(configFile, `mxcp: 1\ntransport: {http: ${http}}\n`);
    server = await startServer(project.folder, [], { MXCP_CONFIG: configFile });
  });

  afterAll(async () => {
    await server.stop();
    project.remove();
  });

  const post = async (headers: Record<string, string>): Promise<number> =>
    (await ask(server, 'POST', '/mcp', { ...json, ...headers })).status;

  it('is served under its public name and no other', async () => {
    expect(await post({ host: 'x.test' })).toBe(200);
    expect(await post({ host: 'evil.test' })).toBe(421);
    expect(await post({ host: 'localhost', 'x-forwarded-host': 'x.test' })).toBe(200);
    expect(await post({ host: 'x.test', 'x-forwarded-host': 'evil.test' })).toBe(421);
    expect(await post({ host: 'x.test', origin: 'https://evil.test' })).toBe(403);
    expect(await post({ host: 'x.test', origin: 'https://x.test' })).toBe(200);
  });

  it('answers pages of allowed origins, before they send anything', async () => {
    const page = { host: 'x.test', origin: 'https://app.test' };
    const preflight = await ask(server, 'OPTIONS', '/mcp', {
      ...page,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,mcp-protocol-version',
    });

    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': 'https://app.test',
      'access-control-allow-headers': 'authorization, content-type, mcp-protocol-version',
    });
    const answer = await ask(server, 'POST', '/mcp', { ...json, ...page });
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': 'https://app.test',
      'strict-transport-security': 'max-age=31536000',
      'x-content-type-options': 'nosniff',
    });
  });

  it('has nothing to say of signing in while nobody does', async () => {
    for (const document of [
      'oauth-protected-resource',
      'oauth-protected-resource/mcp',
      'oauth-authorization-server',
    ]) {
      const { status, headers } = await ask(server, 'GET', `/.well-known/${document}`, {
        host: 'x.test',
        origin: 'https://any.test',
      });
      expect([document, status, headers['access-control-allow-origin']]).toEqual([document, 404, '*']);
    }
  });

  it('says at the start that everybody may call', () => {
    expect(server.output()).toContain('Authentication: ⚠️  none: everyone who reaches this address may call');
  });
});
