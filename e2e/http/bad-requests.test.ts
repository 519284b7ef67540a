import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { examples } from '../support/command.ts';
import { send } from '../support/raw-http.ts';
import { callTool } from '../support/rpc.ts';
import { servedProject } from '../support/served-project.ts';

const list = (more = ''): string => `{"jsonrpc":"2.0","id":1,"method":"tools/list"${more}}`;

describe('bad requests', () => {
  const server = servedProject(join(examples, 'earthquakes'));

  it.each<[string, string, Record<string, string>, number, number | null]>([
    ['text that is no JSON', '{"jsonrpc": "2.0", ', {}, 400, -32700],
    ['a number', '7', {}, 400, -32600],
    ['deep nesting', list(`,"params":{"a":${'['.repeat(100)}${']'.repeat(100)}}`), {}, 400, -32600],
    ['prototype keys', list(',"params":{"__proto__":{"day":"x"}}'), {}, 400, -32600],
    ['a body over the limit', list(`,"params":{"a":"${'x'.repeat(1_100_000)}"}`), {}, 413, null],
    ['a foreign Host', list(), { host: 'evil.example' }, 421, null],
    ['a foreign Origin', list(), { origin: 'https://evil.example' }, 403, null],
  ])('refuses %s', async (_name, body, more, status, code) => {
    const headers = { 'content-type': 'application/json', accept: 'application/json', ...more };

    const answer = await send(`${server.url}/mcp`, { method: 'POST', headers, body });

    expect(answer.status).toBe(status);
    if (code !== null) expect(JSON.parse(answer.text)).toMatchObject({ error: { code } });
  });

  it('lets probes in under any Host', async () => {
    const { status } = await send(`${server.url}/health`, { headers: { host: '10.2.3.4' } });

    expect(status).toBe(200);
  });

  it('serves on after all of this, with a megabyte of text too', async () => {
    const args = { region: 'x'.repeat(1_000_000) };

    const { body } = await callTool(server.url, 'find_earthquakes', args);

    expect(body.result).toMatchObject({ isError: false });
  });
});
