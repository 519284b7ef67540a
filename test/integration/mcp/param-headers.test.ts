import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/common/domain/json.js';
import { toJsonText } from '../../../src/common/domain/json-text.js';
import { valueOutput } from '../../../src/common/domain/output.js';
import { anEndpoint } from '../../builders/an-endpoint.js';
import { anMcpServer } from '../../builders/an-mcp.js';

const endpoints = [
  anEndpoint({
    inputSchema: {
      type: 'object',
      properties: {
        region: { type: 'string', 'x-mcp-header': 'Region' },
        at: { type: 'object', properties: { tenant: { type: 'integer', 'x-mcp-header': 'Tenant' } } },
      },
    },
  }),
];

/** Calls a tool whose arguments are mirrored in headers. */
async function call(args: JsonObject, headers: Record<string, string>) {
  const { app } = anMcpServer({ endpoints, execute: (_endpoint, input) => valueOutput(input) });
  const reply = await app.inject({
    method: 'POST',
    url: '/mcp',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'echo',
      ...headers,
    },
    payload: toJsonText({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: {
        name: 'echo',
        arguments: args,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    }),
  });
  return { status: reply.statusCode, body: reply.json<{ error?: { code: number } }>() };
}

const zürich = `=?base64?${Buffer.from('Zürich').toString('base64')}?=`;

describe('an argument that is mirrored in a header', () => {
  it.each<[JsonObject, Record<string, string>]>([
    [{ region: 'eu' }, { 'mcp-param-region': 'eu' }],
    [{ at: { tenant: 9007199254740993n } }, { 'mcp-param-tenant': '9007199254740993' }],
    [{ region: 'Zürich' }, { 'mcp-param-region': zürich }],
    [{ at: { tenant: 7 } }, { 'mcp-param-tenant': '7' }],
    [{}, {}],
    [{ region: null }, {}],
  ])('%o comes with %o', async (args, headers) => {
    expect(await call(args, headers)).toMatchObject({ status: 200, body: { result: { isError: false } } });
  });

  it.each<[JsonObject, Record<string, string>]>([
    [{ region: 'eu' }, {}],
    [{ at: { tenant: 9007199254740993n } }, {}],
    [{ at: { tenant: 9007199254740993n } }, { 'mcp-param-tenant': '9007199254740992' }],
    [{ region: 'eu' }, { 'mcp-param-region': 'us' }],
    [{ region: 'Zürich' }, { 'mcp-param-region': '=?base64?WsO8cmljaA?=' }],
    [{ at: { tenant: 7 } }, { 'mcp-param-tenant': '8' }],
  ])('%o does not come with %o', async (args, headers) => {
    expect(await call(args, headers)).toMatchObject({ status: 400, body: { error: { code: -32020 } } });
  });
});
