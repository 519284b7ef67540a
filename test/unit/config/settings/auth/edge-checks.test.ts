import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../../builders/a-config-load.js';

async function load(http: string) {
  return loadConfig({ user: `mxcp: 1\ntransport: {http: {${http}}}\n` });
}

async function problems(http: string): Promise<readonly string[]> {
  return (await load(http)).auth.problems;
}

describe('base_url', () => {
  it.each([
    ['https://x.test/', 'https://x.test'],
    ['HTTPS://X.Test:443//', 'https://x.test'],
    ['https://x.test:8443/a/b/', 'https://x.test:8443/a/b'],
    ['http://[::1]:8000', 'http://[::1]:8000'],
  ])('%s is %s to everybody', async (written, base) => {
    const { http, auth } = await load(`base_url: "${written}"`);

    expect([http.baseUrl, http.publicUrl, auth.problems]).toEqual([base, base, []]);
  });

  it.each([
    ['x.test', 'transport.http.base_url must be an absolute URL'],
    ['ftp://x.test', 'transport.http.base_url must be an absolute URL'],
    ['https://x.test/?a=1', 'transport.http.base_url must have neither query nor fragment'],
    ['https://x.test/#a', 'transport.http.base_url must have neither query nor fragment'],
    ['https://ada:hunter2@x.test', 'transport.http.base_url must not carry a user name or a password'],
  ])('%s is refused', async (written, problem) => {
    expect(await problems(`base_url: "${written}"`)).toEqual([problem]);
  });
});

describe('trust_proxy', () => {
  it.each([
    ['trust_proxy: true', 1],
    ['trust_proxy: true, base_url: "https://x.test"', 0],
    ['trust_proxy: true, allowed_hosts: [x.test]', 0],
    ['trust_proxy: false', 0],
  ])('as {%s} gives %i warnings', async (http, count) => {
    const { warnings } = await load(http);

    expect(warnings.filter((warning) => warning.startsWith('transport.http.trust_proxy is on'))).toHaveLength(
      count,
    );
  });
});

describe('allowed_hosts and allowed_origins', () => {
  it('hold what requests can name', async () => {
    expect(await problems('allowed_hosts: [x.test, "x.test:8443", "[::1]:1", "[2001:db8::1]"]')).toEqual([]);
    expect(
      await problems('allowed_origins: ["https://x.test", "http://x.test:1/", "vscode-webview://a"]'),
    ).toEqual([]);
  });

  it.each(['https://x.test', '*.x.test', 'a@x.test', 'x.test/y', ''])(
    'do not hold the host %j',
    async (host) => {
      expect(await problems(`allowed_hosts: [ok.test, "${host}"]`)).toEqual([
        'transport.http.allowed_hosts must hold host names, each with or without a port',
      ]);
    },
  );

  it.each(['x.test', 'null', '*', 'https://x.test/y', 'https://a@x.test'])(
    'do not hold the origin %j',
    async (origin) => {
      expect(await problems(`allowed_origins: ["${origin}"]`)).toEqual([
        'transport.http.allowed_origins must hold origins such as https://app.example.org',
      ]);
    },
  );

  it('do not matter over stdio', async () => {
    const user = 'mxcp: 1\ntransport: {provider: stdio, http: {allowed_origins: ["*"]}}\n';

    expect((await loadConfig({ user })).auth.problems).toEqual([]);
  });
});
