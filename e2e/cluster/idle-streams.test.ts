import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpClient, type Era } from '../support/client.ts';
import { Heard } from '../support/protocol-walk.ts';
import { ProxiedServer } from '../support/proxied-server.ts';
import { haproxyCfg, mcpoConf, mxcpConf, trustCertificate, type RunningProxy } from '../support/proxies.ts';
import { send, type RawAnswer } from '../support/raw-http.ts';
import { callTool, modernHeaders, modernMessage, modernRequest } from '../support/rpc.ts';

trustCertificate();

const SIX_MINUTES_MS = 360_000;
const watched = 'test://watched-resource';

/** Requests of the soak, in runs between which the connections are idle for about the default limits of servers. */
const RUNS = 40;
const RUN_LENGTH = 50;
const pausesMs = [4900, 4990, 5000, 5010, 5100, 6000];

/** A client that subscribed, and how often it had to. */
class Subscriber {
  readonly heard = new Heard();
  /** Streams that were opened; a cut one is opened anew. */
  streams = 0;
  #client: Client | undefined;

  constructor(
    readonly name: string,
    private readonly url: string,
    private readonly era: Era,
  ) {}

  async subscribe(): Promise<void> {
    const counting: typeof fetch = (input, init) => {
      const body = typeof init?.body === 'string' ? init.body : '';
      if ((init?.method ?? 'GET') === 'GET' || body.includes('subscriptions/listen')) this.streams += 1;
      return fetch(input, init);
    };
    const client = await httpClient(this.url, this.era, { ...this.heard.parts, fetch: counting });
    if (this.era === 'legacy') await client.subscribeResource({ uri: watched });
    else await client.listen({ toolsListChanged: true, resourceSubscriptions: [watched] });
    this.#client = client;
  }

  async close(): Promise<void> {
    await this.#client?.close();
  }
}

describe('six minutes through nginx and HAProxy', () => {
  const server = new ProxiedServer();
  const proxies = new Map<string, RunningProxy>();
  let subscribers: readonly Subscriber[] = [];

  beforeAll(async () => {
    await server.start({ base_url: mxcpConf.publicUrl });
    for (const file of [mxcpConf, mcpoConf, haproxyCfg]) {
      proxies.set(file.name, await file.start([server.running.port]));
    }
  });

  afterAll(async () => {
    await Promise.all(subscribers.map((each) => each.close()));
    await Promise.all([...proxies.values()].map((proxy) => proxy.stop()));
    await server.remove();
  });

  /** How many answers of each status a client got that was quick, then silent, then quick again. */
  async function soak(url: string): Promise<Record<string, number>> {
    const statuses: Record<string, number> = {};
    for (let run = 0; run < RUNS; run += 1) {
      for (let call = 0; call < RUN_LENGTH; call += 1) {
        const status = await modernRequest(url, 'tools/list').then(
          (answer) => String(answer.status),
          (error: unknown) => String(error),
        );
        statuses[status] = (statuses[status] ?? 0) + 1;
        // below the limit of requests of mcpo.conf
        await sleep(15);
      }
      await sleep(pausesMs[run % pausesMs.length]);
    }
    return statuses;
  }

  /** Waits longer than `fetch` does. */
  const callTooLong = (url: string): Promise<RawAnswer> =>
    send(`${url}/mcp`, {
      method: 'POST',
      headers: modernHeaders('tools/call', 'wait'),
      body: modernMessage('tools/call', { name: 'wait', arguments: { seconds: 400 } }),
      timeoutMs: SIX_MINUTES_MS,
    });

  it(
    'cut no stream, lose no request on an idle connection, and let the server end a call itself',
    async () => {
      subscribers = [...proxies].flatMap(([name, { url }]) =>
        (['legacy', 'modern'] as const).map((era) => new Subscriber(`${name} ${era}`, url, era)),
      );
      await Promise.all(subscribers.map((each) => each.subscribe()));
      const until = sleep(SIX_MINUTES_MS);
      const urls = [...proxies.values()].map(({ url }) => url);

      const tooLong = Promise.all(urls.map(callTooLong));
      const [soaked, ended] = await Promise.all([Promise.all(urls.map(soak)), tooLong, until]);

      const all = { 200: RUNS * RUN_LENGTH };
      expect(soaked).toEqual([all, all, all]);
      // 300 s is what the server grants, and its own words arrive in place of a 504
      for (const answer of ended) {
        expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('within 300000 ms')]);
      }
      await callTool(server.running.url, 'test_trigger_tool_change', {});
      await expect
        .poll(() => subscribers.map(({ name, heard }) => [name, heard.lists, heard.updated]), {
          timeout: 60_000,
        })
        .toEqual(subscribers.map(({ name }) => [name, ['tools'], [watched]]));
      expect(subscribers.map(({ name, streams }) => [name, streams])).toEqual(
        subscribers.map(({ name }) => [name, 1]),
      );
    },
    SIX_MINUTES_MS + 180_000,
  );
});
