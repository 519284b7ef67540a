import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpClient } from '../support/client.ts';
import { ProxiedServer } from '../support/proxied-server.ts';
import {
  clientAddressHeader,
  haproxyCfg,
  mcpoConf,
  trustCertificate,
  type ProxyFile,
  type RunningProxy,
} from '../support/proxies.ts';
import { modernRequest } from '../support/rpc.ts';

trustCertificate();

const WORKERS = 8;

/** Three servers behind a proxy, and numbered calls to them. */
class Replicas {
  readonly servers = [new ProxiedServer(), new ProxiedServer(), new ProxiedServer()] as const;
  #proxy: RunningProxy | undefined;
  #number = 0;

  constructor(
    private readonly file: ProxyFile,
    private readonly http: object,
    private readonly more: object = {},
  ) {}

  async start(): Promise<void> {
    const http = { base_url: this.file.publicUrl, ...this.http };
    await Promise.all(this.servers.map((server) => server.start(http, this.more)));
    this.#proxy = await this.file.start(this.servers.map(({ running }) => running.port));
  }

  get url(): string {
    return this.#proxy?.url ?? '';
  }

  async stop(): Promise<void> {
    await this.#proxy?.stop();
    await Promise.all(this.servers.map((server) => server.remove()));
  }

  /** Calls without a pause while something happens; what each numbered call was answered with. */
  async loadDuring(event: () => Promise<unknown>): Promise<ReadonlyMap<number, number>> {
    const statuses = new Map<number, number>();
    let isOver = false;
    const work = async (): Promise<void> => {
      while (!isOver) {
        this.#number += 1;
        const number = this.#number;
        // as if each came from another client: mcpo.conf limits requests of one
        const headers = { [clientAddressHeader]: `10.9.${number >> 8}.${number & 255}` };
        const call = { name: 'mark', arguments: { number } };
        const answer = await modernRequest(this.url, 'tools/call', call, { headers }).catch(() => null);
        statuses.set(number, answer?.status ?? 0);
        await sleep(5);
      }
    };
    const workers = Array.from({ length: WORKERS }, work);
    await sleep(500);
    await event();
    await sleep(1000);
    isOver = true;
    await Promise.all(workers);
    return statuses;
  }

  /** How often each number was really called, over all servers. */
  runs(): ReadonlyMap<number, number> {
    const runs = new Map<number, number>();
    for (const record of this.servers.flatMap((server) => server.auditRecords())) {
      if (record['operation_name'] !== 'mark') continue;
      const { number } = record['input_data'] as { number: number };
      runs.set(number, (runs.get(number) ?? 0) + 1);
    }
    return runs;
  }
}

function count(statuses: ReadonlyMap<number, number>): Record<number, number> {
  return Object.fromEntries(
    Object.entries(Object.groupBy(statuses.values(), String)).map(([status, all]) => [
      status,
      all?.length ?? 0,
    ]),
  );
}

describe('three servers behind deploy/haproxy/haproxy.cfg', () => {
  const replicas = new Replicas(haproxyCfg, {}, { shutdown: { pre_stop_delay_ms: 5000 } });

  beforeAll(() => replicas.start());

  afterAll(() => replicas.stop());

  it('keep each session in the server that opened it, and share the sessions', async () => {
    const clients = await Promise.all(Array.from({ length: 6 }, () => httpClient(replicas.url, 'legacy')));

    for (const client of clients) {
      for (let call = 0; call < 10; call += 1) {
        const { isError } = await client.callTool({ name: 'mark', arguments: { number: -1 } });
        expect(isError).not.toBe(true);
      }
    }

    await Promise.all(clients.map((client) => client.close()));
    const busy = replicas.servers.filter((server) =>
      server.auditRecords().some(({ operation_name: name }) => name === 'mark'),
    );
    expect(busy).toHaveLength(3);
  });

  it('lose and double no request when one of them is stopped', async () => {
    const { running } = replicas.servers[1];

    const statuses = await replicas.loadDuring(async () => {
      expect(await running.stop()).toBe(0);
    });

    expect(statuses.size).toBeGreaterThan(50);
    expect(Object.keys(count(statuses))).toEqual(['200']);
    const runs = replicas.runs();
    expect([...statuses.keys()].filter((number) => runs.get(number) !== 1)).toEqual([]);
  });

  it('lose what one of them was doing when it is killed, and double nothing', async () => {
    const { running } = replicas.servers[2];

    const statuses = await replicas.loadDuring(() => running.stop('SIGKILL'));

    const { 200: served = 0, ...lost } = count(statuses);
    expect(served).toBeGreaterThan(0);
    expect(Object.values(lost).reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(WORKERS);
    const runs = replicas.runs();
    expect([...statuses.keys()].filter((number) => (runs.get(number) ?? 0) > 1)).toEqual([]);
  });
});

describe('three servers behind deploy/nginx/mcpo.conf', () => {
  const replicas = new Replicas(mcpoConf, { stateless: true });

  beforeAll(() => replicas.start());

  afterAll(() => replicas.stop());

  it('share the calls of a client without a session', async () => {
    const client = await httpClient(replicas.url, 'legacy');

    for (let call = 0; call < 9; call += 1) {
      await client.callTool({ name: 'mark', arguments: { number: -1 } });
    }

    await client.close();
    const busy = replicas.servers.filter((server) =>
      server.auditRecords().some(({ operation_name: name }) => name === 'mark'),
    );
    expect(busy).toHaveLength(3);
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'double no request when one of them ends by %s',
    async (signal) => {
      const { running } = replicas.servers[signal === 'SIGTERM' ? 1 : 2];

      const statuses = await replicas.loadDuring(() => running.stop(signal));

      const { 200: served = 0, ...refused } = count(statuses);
      expect(served).toBeGreaterThan(50);
      expect(Object.values(refused).reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(2 * WORKERS);
      const runs = replicas.runs();
      const numbers = [...statuses.keys()];
      expect(numbers.filter((number) => (runs.get(number) ?? 0) > 1)).toEqual([]);
      // what was refused did not run
      expect(numbers.filter((number) => statuses.get(number) === 503 && runs.has(number))).toEqual([]);
    },
  );
});
