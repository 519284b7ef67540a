import { join } from 'node:path';
import { expect, it } from 'vitest';
import { httpClient, textOf, type Era } from './client.ts';
import { revisions, runConformance } from './conformance.ts';
import { arrivals } from './event-stream.ts';
import { postOverHttp2 } from './over-http2.ts';
import { Heard, walkChange, walkProtocol } from './protocol-walk.ts';
import { ProxiedServer } from './proxied-server.ts';
import { clientAddressHeader, plainEntrance, type ProxyFile, type RunningProxy } from './proxies.ts';
import { send } from './raw-http.ts';
import { callTool, modernHeaders, modernMessage, modernRequest, type Answer } from './rpc.ts';

const SLOW_CALL_S = 60;
/** More than any proxy keeps in its buffers. */
const TICKS = { count: 40, size: 8192, pause_ms: 50 };

/** Ways to write `/metrics` that one program may take for it and another may not. */
const spellings = [
  '/metrics',
  '/metrics/',
  '/metrics?a=1',
  '/%6detrics',
  '/METRICS',
  '//metrics',
  '/./metrics',
  '/x/../metrics',
  '/metrics;a=1',
  '/metrics%2F',
  '/metrics%3Fa',
];

const lies = {
  'x-forwarded-for': '198.51.100.1',
  'x-forwarded-proto': 'http',
  'x-forwarded-host': 'evil.test',
  'x-forwarded-port': '81',
  'x-forwarded-scheme': 'http',
  'x-real-ip': '198.51.100.2',
  forwarded: 'for=198.51.100.3;host=evil.test;proto=http',
};

/** A proxy before one server, and a call through it that takes as long as a proxy must be able to wait. */
export class ProxyTrial {
  readonly server = new ProxiedServer();
  readonly name: string;
  #started: { readonly proxy: RunningProxy; readonly slowCall: Promise<Answer> } | undefined;

  constructor(readonly file: ProxyFile) {
    this.name = file.name;
  }

  async start(): Promise<void> {
    // reloads must wait for the slow call
    await this.serve({ reload: { drain_timeout_ms: 120_000 } });
    const proxy = await this.file.start([this.server.running.port]);
    const slowCall = callTool(proxy.url, 'wait', { seconds: SLOW_CALL_S });
    slowCall.catch(() => undefined);
    this.#started = { proxy, slowCall };
  }

  async serve(more: object = {}): Promise<void> {
    await this.server.start({ base_url: this.file.publicUrl }, more);
  }

  get url(): string {
    return this.#parts.proxy.url;
  }

  get proxy(): RunningProxy {
    return this.#parts.proxy;
  }

  get slowCall(): Promise<Answer> {
    return this.#parts.slowCall;
  }

  async stop(): Promise<void> {
    await this.#started?.proxy.stop();
    await this.server.remove();
  }

  get #parts(): { readonly proxy: RunningProxy; readonly slowCall: Promise<Answer> } {
    if (this.#started === undefined) throw new Error(`${this.name} was not started`);
    return this.#started;
  }
}

/** What every proxy file must let through, keep apart and refuse, with one server behind it. */
export function walkProxy(trial: ProxyTrial): void {
  const { file, server } = trial;
  const publicHost = new URL(file.publicUrl).host;

  const post = (message: object, headers: Record<string, string> = {}) =>
    send(`${trial.url}/mcp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: '*/*', host: publicHost, ...headers },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...message }),
    });

  it('sends plain HTTP to HTTPS, whatever host was named', async () => {
    const answer = await send(`${trial.proxy.plainUrl}/mcp?a=1`, {
      method: 'POST',
      headers: { host: 'evil.test' },
    });

    expect(answer.status).toBe(308);
    expect(answer.headers.location).toBe(`${file.publicUrl}/mcp?a=1`);
  });

  it.each(revisions)('passes the conformance requirements of %s', async (revision) => {
    // parts of the suite speak plain HTTP to whatever URL they are given
    const entrance = await plainEntrance(trial.proxy);
    const results = join(server.folder, 'results');
    const { code, output } = await runConformance(entrance.url, revision, results);
    entrance.stop();

    expect(code, output).toBe(0);
  });

  it.each<Era>(['legacy', 'modern'])('serves the official client in the %s era', async (era) => {
    const heard = new Heard();
    const client = await httpClient(trial.url, era, heard.parts);

    await walkProtocol(client, heard);
    await walkChange(client, era, heard);
    await client.close();
  });

  it('passes events on one by one, also when they are large', async () => {
    const call = { name: 'tick', arguments: TICKS, _meta: { progressToken: 'ticks' } };
    const response = await fetch(`${trial.url}/mcp`, {
      method: 'POST',
      headers: { ...modernHeaders('tools/call', 'tick'), 'accept-encoding': 'gzip' },
      body: modernMessage('tools/call', call),
    });
    const came = await Array.fromAsync(arrivals(response));

    expect(response.headers.get('content-encoding')).toBeNull();
    expect(came).toHaveLength(TICKS.count + 1);
    const times = came.map(({ atMs }) => atMs);
    const gaps = times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0));
    // held back, many would come at the same moment
    expect(gaps.filter((gap) => gap > TICKS.pause_ms / 2).length).toBeGreaterThan(TICKS.count * 0.75);
  });

  it('speaks HTTP/2, also on streams', async () => {
    const call = { name: 'tick', arguments: { ...TICKS, pause_ms: 1 }, _meta: { progressToken: 'ticks' } };
    const headers = modernHeaders('tools/call', 'tick');
    const { status, text } = await postOverHttp2(
      trial.url,
      '/mcp',
      headers,
      modernMessage('tools/call', call),
    );

    expect(status).toBe(200);
    expect(text.match(/^data: /gm)).toHaveLength(TICKS.count + 1);
  });

  it('believes nothing that a client says of where it is and what it asked for', async () => {
    const answer = await post(
      { method: 'tools/call', params: { name: 'seen', arguments: {} } },
      { ...lies, [clientAddressHeader]: '203.0.113.9' },
    );

    expect(answer.status, answer.text).toBe(200);
    const { result } = JSON.parse(answer.text) as { result: Parameters<typeof textOf>[0] };
    const client = file.knowsTestClients ? '203.0.113.9' : '127.0.0.1';
    const seen = JSON.parse(textOf(result)) as Record<string, string>;
    const said = Object.entries(seen).filter(([name]) => /^(x-forwarded|x-real|forwarded)/.test(name));
    expect(Object.fromEntries(said)).toEqual({
      'x-forwarded-for': client,
      'x-forwarded-proto': 'https',
      'x-forwarded-host': publicHost,
      'x-real-ip': client,
    });
    await expect
      .poll(() => server.auditRecords().find(({ operation_name: name }) => name === 'seen'))
      .toMatchObject({ ip_address: client });
  });

  it.each(spellings)('does not show %s to the outside', async (path) => {
    const url = new URL(trial.url);
    const answer = await send(trial.url, { path, headers: { host: url.host } });

    expect([403, 404]).toContain(answer.status);
    expect(answer.text).not.toContain('mxcp_');
  });

  it('does not show /metrics to who asks for it by its whole URL', async () => {
    const answer = await send(trial.url, { path: `${trial.url}/metrics` });

    expect(answer.status).toBe(403);
  });

  it("lets the server's own refusals through", async () => {
    const foreign = await post({ method: 'tools/list' }, { host: 'evil.test' });
    expect([foreign.status, foreign.text]).toEqual([421, expect.stringContaining('Invalid Host header')]);

    const large = await post({ method: 'tools/list', params: { padding: 'x'.repeat(1_100_000) } });
    expect([large.status, large.text]).toEqual([413, expect.stringContaining('exceeds 1048576 bytes')]);

    const huge = await post({ method: 'tools/list', params: { padding: 'x'.repeat(3_000_000) } });
    expect(huge.status).toBe(413);
  });

  it('tells the server that a client has gone, so that its statement ends', async () => {
    const controller = new AbortController();
    const gone = modernRequest(
      trial.url,
      'tools/call',
      { name: 'endless', arguments: {} },
      { signal: controller.signal },
    ).catch(() => null);
    const running = async (): Promise<string | undefined> =>
      /^mxcp_endpoint_concurrent_executions\{endpoint="endless",type="tool"\} (\d+)$/m.exec(
        (await send(`${server.running.url}/metrics`)).text,
      )?.[1];
    await expect.poll(running, { timeout: 10_000 }).toBe('1');

    controller.abort();
    await gone;

    await expect.poll(running, { timeout: 5000 }).toBe('0');
  });
}

/** What takes its time: a slow call, and a server that is away. */
export function walkSlowly(trial: ProxyTrial): void {
  it(`waits ${SLOW_CALL_S} seconds for a call that says nothing meanwhile`, async () => {
    const { body } = await trial.slowCall;

    expect(body.result).toMatchObject({ content: [{ text: `Waited ${SLOW_CALL_S} s` }] });
  });

  it('says that the server is away, and serves again once it is back', async () => {
    const ready = async (): Promise<number> => (await send(`${trial.url}/ready`)).status;
    expect(await ready()).toBe(200);

    await trial.server.running.stop();
    expect([502, 503]).toContain(await ready());
    await trial.serve();

    // HAProxy looks every two seconds, nginx tries again after ten
    await expect.poll(ready, { timeout: 20_000, interval: 500 }).toBe(200);
  });
}
