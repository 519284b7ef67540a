import { request } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { examples } from '../support/command.ts';
import { callTool, modernRequest } from '../support/rpc.ts';
import { servedProject } from '../support/served-project.ts';

interface Raw {
  readonly status: number;
  readonly body: string;
}

describe('bad requests', () => {
  const server = servedProject(join(examples, 'earthquakes'));

  /** Sends exactly these bytes and headers; `fetch` would refuse some of them. */
  function post(body: string, headers: Record<string, string> = {}): Promise<Raw> {
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port: server.port,
          path: '/mcp',
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            accept: 'application/json, text/event-stream',
            ...headers,
          },
        },
        (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => (text += chunk.toString()));
          response.on('end', () => {
            resolve({ status: response.statusCode ?? 0, body: text });
          });
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  const errorCode = (body: string): number | undefined =>
    (JSON.parse(body) as { error?: { code: number } }).error?.code;

  it('answers text that is no JSON with a parse error', async () => {
    const { status, body } = await post('{"jsonrpc": "2.0", ');

    expect(status).toBe(400);
    expect(errorCode(body)).toBe(-32700);
  });

  it.each([
    ['an empty object', '{}'],
    ['a wrong version', '{"jsonrpc":"1.0","id":1,"method":"tools/list"}'],
    ['a number', '7'],
    [
      'nesting of 100 levels',
      `{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"a":${'['.repeat(100)}${']'.repeat(100)}}}`,
    ],
    [
      'prototype keys',
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"daily_summary","arguments":{"__proto__":{"day":"x"}}}}',
    ],
  ])('refuses %s as an invalid request', async (_name, body) => {
    const answer = await post(body);

    expect(answer.status).toBe(400);
    expect(errorCode(answer.body)).toBe(-32600);
  });

  it('refuses a body over the limit', async () => {
    const { status } = await post(
      `{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"a":"${'x'.repeat(1_100_000)}"}}`,
    );

    expect(status).toBe(413);
  });

  it('does not know methods that MCP does not have', async () => {
    const { status, body } = await modernRequest(server.url, 'tools/destroy');

    expect(status).toBe(404);
    expect(body.error?.code).toBe(-32601);
  });

  it('refuses headers that contradict the body', async () => {
    const { status, body } = await modernRequest(
      server.url,
      'tools/call',
      { name: 'daily_summary', arguments: {} },
      { headers: { 'mcp-name': 'other' } },
    );

    expect(status).toBe(400);
    expect(body.error?.code).toBe(-32020);
  });

  it('refuses a revision that it does not speak, naming those it does', async () => {
    const { status, body } = await modernRequest(
      server.url,
      'tools/list',
      {},
      { headers: { 'mcp-protocol-version': '2031-01-01' } },
    );

    expect(status).toBe(400);
    expect(body.error).toBeDefined();
  });

  it.each([
    ['a foreign Host', { host: 'evil.example' }, 421],
    ['a foreign Origin', { origin: 'https://evil.example' }, 403],
  ])('refuses %s', async (_name, headers: Record<string, string>, status) => {
    const answer = await post('{"jsonrpc":"2.0","id":1,"method":"ping"}', headers);

    expect(answer.status).toBe(status);
  });

  it('lets probes in under any Host', async () => {
    const status = await new Promise((resolve, reject) => {
      request(
        { host: '127.0.0.1', port: server.port, path: '/health', headers: { host: '10.2.3.4' } },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      )
        .on('error', reject)
        .end();
    });

    expect(status).toBe(200);
  });

  it.each([
    ['a wrong type', { min_magnitude: 'strong' }, /min_magnitude\n {2}Input should be a valid number/],
    ['an array for a number', { min_magnitude: [1] }, /min_magnitude\n {2}Input should be a valid number/],
    ['a value out of bounds', { limit: 501 }, /limit\n {2}Input should be less than or equal to 500/],
    ['a fraction for an integer', { limit: 1.5 }, /limit\n {2}Input should be a valid integer/],
    ['an integer beyond 64 bits', { limit: 2 ** 64 }, /limit\n {2}Input should be less than or equal to 500/],
    ['a bad date', { since: 'soon' }, /since\n {2}/],
  ])('explains %s', async (_name, args, text) => {
    const { status, body } = await callTool(server.url, 'find_earthquakes', args);

    expect(status).toBe(200);
    expect(body.result).toMatchObject({
      isError: true,
      content: [{ type: 'text', text: expect.stringMatching(text) }],
    });
  });

  it('names a missing argument', async () => {
    const { body } = await callTool(server.url, 'daily_summary', {});

    expect(body.result).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('day\n  Field required') }],
    });
  });

  it.each([
    ['null for an optional filter', { region: null, limit: 1 }],
    ['arguments that nobody declared', { limit: 1, colour: 'red' }],
    ['a megabyte of text that matches nothing', { region: 'x'.repeat(1_000_000) }],
  ])('takes %s', async (_name, args) => {
    const { body } = await callTool(server.url, 'find_earthquakes', args);

    expect(body.result).not.toHaveProperty('isError', true);
  });

  it('answers an unknown tool, resource and prompt with invalid params', async () => {
    const tool = await callTool(server.url, 'nope', {});
    const resource = await modernRequest(server.url, 'resources/read', { uri: 'nope://x' });
    const prompt = await modernRequest(server.url, 'prompts/get', { name: 'nope' });

    expect(tool.body.error).toMatchObject({
      code: -32602,
      message: expect.stringContaining('Unknown tool: nope'),
    });
    expect(resource.body.error).toMatchObject({
      code: -32602,
      message: expect.stringContaining('Unknown resource: nope://x'),
    });
    expect(prompt.body.error).toMatchObject({
      code: -32602,
      message: expect.stringContaining('Unknown prompt: nope'),
    });
  });

  it('refuses a cursor that it did not issue', async () => {
    const { body } = await modernRequest(server.url, 'tools/list', { cursor: 'not-ours' });

    expect(body.error?.code).toBe(-32602);
  });

  it('serves on after all of this', async () => {
    const { body } = await callTool(server.url, 'daily_summary', { day: '2018-02-04' });

    expect(body.result).toMatchObject({ structuredContent: { day: '2018-02-04' } });
  });
});
