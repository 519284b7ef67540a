import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProxyTrial, walkProxy, walkSlowly } from '../support/proxy-walk.ts';
import { clientAddressHeader, haproxyCfg, mcpoConf, mxcpConf, trustCertificate } from '../support/proxies.ts';
import { send } from '../support/raw-http.ts';

trustCertificate();

const mcpo = new ProxyTrial(mcpoConf);
const trials = [new ProxyTrial(mxcpConf), mcpo, new ProxyTrial(haproxyCfg)];

// all at once, so that their slow calls take their time together
beforeAll(() => Promise.all(trials.map((trial) => trial.start())));

afterAll(() => Promise.all(trials.map((trial) => trial.stop())));

describe.each(trials)('$name', walkProxy);

describe('deploy/nginx/mcpo.conf alone', () => {
  it.each(['10.1.2.3', '172.20.0.9', '192.168.7.7'])('shows /metrics to the inside: %s', async (address) => {
    const answer = await send(`${mcpo.url}/metrics`, { headers: { [clientAddressHeader]: address } });

    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('mxcp_')]);
  });

  it.each(['172.32.0.1', '11.0.0.1', '127.0.0.1', '::1'])('but not to %s', async (address) => {
    const answer = await send(`${mcpo.url}/metrics`, { headers: { [clientAddressHeader]: address } });

    expect(answer.status).toBe(403);
  });

  it('refuses a flood from one address with 429, and nobody else', async () => {
    const ask = async (address: string): Promise<number> =>
      (await send(`${mcpo.url}/health`, { headers: { [clientAddressHeader]: address } })).status;

    const flood = await Promise.all(Array.from({ length: 400 }, () => ask('203.0.113.50')));

    expect(new Set(flood)).toEqual(new Set([200, 429]));
    expect(flood.filter((status) => status === 200).length).toBeGreaterThan(100);
    expect(await ask('203.0.113.51')).toBe(200);
  });
});

describe.each(trials)('$name, slowly', walkSlowly);
