import { describe, expect, it, onTestFinished } from 'vitest';
import { FaultyServer, type Answered } from '../../../e2e/support/faulty-server.ts';
import { ProviderHttp } from '../../../src/modules/auth/provider-http.js';

async function aServer(answer: Answered) {
  const server = new FaultyServer();
  server.route('here', '/here', () => answer);
  server.route('elsewhere', '/elsewhere', () => ({ body: 'secret' }));
  await server.listen();
  onTestFinished(() => server.stop());
  return { server, url: `${server.origin}/here` };
}

describe('a call of a provider', () => {
  it.each([200, 201, 400, 401, 404])('has status %d as its answer', async (status) => {
    const { url } = await aServer({ status, body: { a: 1 } });
    await expect(new ProviderHttp().send(url)).resolves.toEqual({
      host: new URL(url).host,
      status,
      contentType: 'application/json',
      text: '{"a":1}',
    });
  });

  it.each([301, 302, 307, 308])('does not follow a redirect with status %d', async (status) => {
    const { url, server } = await aServer({ status, headers: { Location: '/elsewhere' } });
    await expect(new ProviderHttp().send(url)).rejects.toMatchObject({ details: { status } });
    expect(server.counts['elsewhere']).toBe(0);
  });

  it.each([429, 500, 503])('finds the provider unavailable at status %d', async (status) => {
    const { url } = await aServer({ status });
    await expect(new ProviderHttp().send(url)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      details: { status },
    });
  });

  it('reads a mebibyte, and no more', async () => {
    const { url } = await aServer({ body: 'x'.repeat(1024 * 1024) });
    await expect(new ProviderHttp().send(url)).resolves.toMatchObject({ status: 200 });
    const { url: longer } = await aServer({ body: 'x'.repeat(1024 * 1024 + 1) });
    await expect(new ProviderHttp().send(longer)).rejects.toMatchObject({
      details: { reason: 'answer too long' },
    });
  });

  it('ends when the time is up, also in the middle of an answer', async () => {
    const { url, server } = await aServer({});
    server.fail('here', 'hang');
    await expect(new ProviderHttp(fetch, 100).send(url)).rejects.toMatchObject({
      details: { reason: 'time-out' },
    });

    const endless: typeof fetch = (_, init) => Promise.resolve(new Response(dripping(init?.signal ?? null)));
    await expect(new ProviderHttp(endless, 100).send(url)).rejects.toMatchObject({
      details: { reason: 'time-out' },
    });
  });

  it('names the network’s word for what went wrong', async () => {
    const { url, server } = await aServer({});
    await server.stop();
    const refused = new ProviderHttp().send(url);
    await expect(refused).rejects.toMatchObject({ details: { reason: 'ECONNREFUSED' } });
    await expect(refused).rejects.not.toHaveProperty('cause');
  });
});

/** A body that begins and does not go on until the signal fires, as fetch's own bodies behave. */
function dripping(signal: AbortSignal | null): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new Uint8Array([123]));
      signal?.addEventListener('abort', () => {
        controller.error(signal.reason);
      });
    },
  });
}
