import { describe, expect, it } from 'vitest';
import type { ConfigRequest } from '../../../../src/common/ports/config-loader.js';
import { loadConfig } from '../../../builders/a-config-load.js';

const file = (http: string): string => `transport: {http: {${http}}}\n`;

describe('the listener', () => {
  it.each<[ConfigRequest, Record<string, string>, string, string, number]>([
    [{}, {}, '', 'localhost', 8000],
    [{}, {}, file('host: f, port: 1'), 'f', 1],
    [{}, { BIND_IP: 'e', MCP_PORT: '2' }, file('host: f, port: 1'), 'e', 2],
    [{ host: 'a', port: 3 }, { BIND_IP: 'e', MCP_PORT: '2' }, file('host: f, port: 1'), 'a', 3],
    [{ host: '', port: 0 }, { BIND_IP: '', MCP_PORT: '' }, file('host: f, port: "1"'), 'f', 1],
    [{}, {}, file('port: 0'), 'localhost', 0],
  ])('for flags %j, environment %j and file %j is %s:%i', async (request, env, user, host, port) => {
    const { http } = await loadConfig({ request, env, user });

    expect([http.host, http.port]).toEqual([host, port]);
  });

  it('needs a number in MCP_PORT', async () => {
    await expect(loadConfig({ env: { MCP_PORT: 'eighty' } })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: 'MCP_PORT must be a port number from 0 to 65535',
    });
  });
});

describe('the transport', () => {
  const sse = "transport.provider 'sse' is not served any more; the server starts as 'streamable-http'";

  it.each<[ConfigRequest, string, string, string[]]>([
    [{}, '', 'streamable-http', []],
    [{}, 'transport: {provider: stdio}', 'stdio', []],
    [{}, 'transport: {provider: sse}', 'streamable-http', [sse]],
    [{ transport: 'http' }, 'transport: {provider: stdio}', 'streamable-http', []],
    [{ transport: 'stdio' }, 'transport: {provider: sse}', 'stdio', []],
    [{ transport: 'streamable-http' }, 'transport: {provider: sse}', 'streamable-http', []],
  ])('for flags %j and file %j is %s', async (request, user, transport, warnings) => {
    const config = await loadConfig({ request, user });

    expect([config.http.transport, config.warnings]).toEqual([transport, warnings]);
  });

  it('cannot be sse by flag', async () => {
    await expect(loadConfig({ request: { transport: 'sse' } })).rejects.toMatchObject({
      code: 'USAGE_INVALID',
      message: "Transport 'sse' is not served any more. Use --transport streamable-http.",
    });
  });

  it.each<[ConfigRequest, string, boolean]>([
    [{}, '', false],
    [{ stateless: true }, '', true],
    [{ stateless: false }, file('stateless: true'), true],
  ])('for flags %j and file %j is stateless: %j', async (request, user, expected) => {
    expect((await loadConfig({ request, user })).http.stateless).toBe(expected);
  });

  it.each([
    ['base_url: "https://a.test/x//"', 'https://a.test/x'],
    ['base_url: ""', null],
    ['base_url: ', null],
  ])('for %s has the base URL %j', async (written, expected) => {
    expect((await loadConfig({ user: file(written) })).http.baseUrl).toBe(expected);
  });
});
