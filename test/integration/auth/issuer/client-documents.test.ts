import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { aDocumentHost, documentHostCa } from '../../../builders/a-document-host.js';
import { anAuthorization, anIssuer, REDIRECT, waiting } from '../../../builders/an-issuer.js';
import { isPublicAddress } from '../../../../src/modules/auth/issuer/public-address.js';

const anywhere = { allows: () => true, ca: documentHostCa };

function send(response: ServerResponse, document: unknown, headers: Record<string, string> = {}): void {
  response
    .writeHead(200, { 'content-type': 'application/json', ...headers })
    .end(typeof document === 'string' ? document : JSON.stringify(document));
}

const described = (clientId: string, more: object = {}): object => ({
  client_id: clientId,
  client_name: 'Notebook',
  redirect_uris: [REDIRECT],
  ...more,
});

describe('a client whose id is the URL of its description', () => {
  it('signs users in without a registration, and is fetched once', async () => {
    await using host = await aDocumentHost((_request, response, base) => {
      send(response, described(`${base}/app.json`, { sector_identifier_uri: 'https://localhost:1/x' }));
    });
    const server = anIssuer({ reach: anywhere });
    const clientId = `${host.url}/app.json`;

    const { uid, cookies } = waiting(await server.authorize(anAuthorization(clientId)));
    expect(await server.pending(uid, cookies)).toMatchObject({
      clientName: 'Notebook',
      isStatic: false,
      isMetadataDocument: true,
    });
    expect(await server.tokens(clientId)).toHaveProperty('refresh_token');
    expect(host.asked).toEqual(['/app.json']);
    expect(server.store.ids('Client')).toEqual([]);
  });

  it.each<[string, (response: ServerResponse, base: string) => void]>([
    [
      'names another id',
      (response, base) => {
        send(response, described(`${base}/other.json`));
      },
    ],
    [
      'names no id',
      (response) => {
        send(response, { client_name: 'N', redirect_uris: [REDIRECT] });
      },
    ],
    [
      'has no name',
      (response, base) => {
        send(response, described(`${base}/app.json`, { client_name: '' }));
      },
    ],
    [
      'has no redirect URIs',
      (response, base) => {
        send(response, described(`${base}/app.json`, { redirect_uris: [] }));
      },
    ],
    [
      'has a redirect URI that is refused',
      (response, base) => {
        send(response, described(`${base}/app.json`, { redirect_uris: ['http://a.test/'] }));
      },
    ],
    [
      'has a secret',
      (response, base) => {
        send(response, described(`${base}/app.json`, { client_secret: 'hush' }));
      },
    ],
    [
      'uses a secret',
      (response, base) => {
        send(response, described(`${base}/app.json`, { token_endpoint_auth_method: 'client_secret_post' }));
      },
    ],
    [
      'is no JSON',
      (response) => {
        send(response, 'private words');
      },
    ],
    [
      'is a page',
      (response, base) => {
        send(response, described(`${base}/app.json`), { 'content-type': 'text/html' });
      },
    ],
    [
      'is large',
      (response, base) => {
        send(response, described(`${base}/app.json`, { padding: 'x'.repeat(10_240) }));
      },
    ],
    ['is missing', (response) => response.writeHead(404).end('private words')],
    ['is elsewhere', (response, base) => response.writeHead(302, { location: `${base}/moved.json` }).end()],
    ['breaks off', (response) => response.writeHead(200, { 'content-length': '99' }).destroy()],
  ])('is unknown when the document %s', async (_what, answer) => {
    await using host = await aDocumentHost((request, response, base) => {
      if (request.url === '/moved.json') send(response, described(`${base}/app.json`));
      else answer(response, base);
    });
    const server = anIssuer({ reach: anywhere });
    const reply = await server.authorize(anAuthorization(`${host.url}/app.json`));

    expect([reply.statusCode, reply.headers.location]).toEqual([400, undefined]);
    expect(reply.json<{ error: string }>().error).toMatch(/^invalid_(request|client_metadata)$/);
    expect(reply.body).not.toContain('private words');
    expect(host.asked).toEqual(['/app.json']);
    const redeemed = await server.post('/token', {
      client_id: `${host.url}/app.json`,
      grant_type: 'refresh_token',
    });
    expect(redeemed.statusCode).toBeGreaterThanOrEqual(400);
    expect(redeemed.statusCode).toBeLessThan(500);
  });

  it('is not even asked for when its host is not public, by name or by address', async () => {
    await using host = await aDocumentHost((_request, response, base) => {
      send(response, described(`${base}/app.json`));
    });
    const server = anIssuer({ reach: { allows: isPublicAddress, ca: documentHostCa } });
    const { port } = new URL(host.url);
    const hosts = ['localhost', '127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1'];
    for (const name of hosts) {
      const reply = await server.authorize(anAuthorization(`https://${name}:${port}/app.json`));
      expect([name, reply.statusCode]).toEqual([name, 400]);
    }
    expect(host.asked).toEqual([]);
  });

  it('has every address judged that the connection could be made to', async () => {
    await using host = await aDocumentHost((_request, response, base) => {
      send(response, described(`${base}/app.json`));
    });
    const judged: string[] = [];
    const allows = (address: string): boolean => judged.push(address) > 0;
    const server = anIssuer({ reach: { allows, ca: documentHostCa } });

    expect(waiting(await server.authorize(anAuthorization(`${host.url}/app.json`))).uid).not.toBe('');
    expect(judged).toContain('127.0.0.1');
  });

  it.each([
    'https://localhost',
    'https://localhost/',
    'http://localhost/app.json',
    'https://a@localhost/app.json',
  ])('is nobody when the id is %s', async (clientId) => {
    const reply = await anIssuer({ reach: anywhere }).authorize(anAuthorization(clientId));
    expect(reply.statusCode).toBe(400);
  });

  it('is nobody, and nothing is logged, when the id is too long', async () => {
    const server = anIssuer({ reach: anywhere });
    const clientId = `https://localhost:1/${'x'.repeat(2_048)}`;

    const reply = await server.post('/token', { grant_type: 'refresh_token', client_id: clientId });

    expect([reply.statusCode, reply.json()]).toMatchObject([401, { error: 'invalid_client' }]);
    expect(server.log.lines).toEqual([]);
  });

  it('is not fetched again right after it was refused', async () => {
    await using host = await aDocumentHost((_request, response) => {
      send(response, '{}');
    });
    const server = anIssuer({ reach: anywhere });
    for (let count = 0; count < 3; count += 1) {
      await server.authorize(anAuthorization(`${host.url}/app.json`));
    }

    expect(host.asked).toHaveLength(1);
    expect(server.log.lines).toMatchObject([
      { level: 'info', message: 'A client metadata document was refused' },
    ]);
  });

  it('is refused while many others are being fetched', async () => {
    const held: ServerResponse[] = [];
    await using host = await aDocumentHost((_request, response) => held.push(response));
    const server = anIssuer({ reach: anywhere });
    const asking = Array.from({ length: 20 }, (_, at) =>
      server.authorize(anAuthorization(`${host.url}/${at}.json`)),
    );
    await expect.poll(() => held.length).toBe(20);

    const late = await server.authorize(anAuthorization(`${host.url}/late.json`));
    expect([late.statusCode, host.asked.includes('/late.json')]).toEqual([400, false]);
    for (const response of held) response.destroy();
    expect((await Promise.all(asking)).map((reply) => reply.statusCode)).toEqual(Array(20).fill(400));
  });

  it('is waited for no longer than five seconds, even while something still comes', async () => {
    await using host = await aDocumentHost((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drip = setInterval(() => response.write(' '), 200);
      response.on('close', () => {
        clearInterval(drip);
      });
    });
    const server = anIssuer({ reach: anywhere });
    const begun = performance.now();
    const reply = await server.authorize(anAuthorization(`${host.url}/app.json`));

    expect(reply.statusCode).toBe(400);
    expect(performance.now() - begun).toBeLessThan(7_000);
  }, 15_000);
});
