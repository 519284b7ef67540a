import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { anonymous, unidentified, type Principal } from '../../../src/common/domain/principal.js';
import { valueOutput } from '../../../src/common/domain/output.js';
import { McpStdioServer } from '../../../src/modules/mcp/mcp-stdio-server.js';
import { anEndpoint } from '../../builders/an-endpoint.js';
import { anMcp } from '../../builders/an-mcp.js';
import { aNode } from '../../builders/a-type-node.js';

const initialize =
  '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2024-11-05","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}';
const envelope =
  '"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}';

/** Sends lines, closes the input, and gives what came back. */
async function exchanged(lines: readonly string[], principal: Principal = anonymous) {
  const mcp = anMcp({
    endpoints: [anEndpoint({ returns: aNode('object') })],
    execute: async (_endpoint, input) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return valueOutput(input);
    },
  });
  const server = new McpStdioServer(mcp.servers, mcp.changes, mcp.log, () => principal, 10_000);
  const [input, output] = [new PassThrough(), new PassThrough()];
  const served = server.serve(input, output);
  input.end(lines.map((line) => `${line}\n`).join(''));
  await served;
  const text = String(output.read() ?? '');
  const answers = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { id: unknown; result?: unknown; error?: unknown });
  return { ...mcp, text, answers };
}

describe('McpStdioServer', () => {
  it('answers everything that was asked before the input ended', async () => {
    const { answers } = await exchanged([
      initialize,
      '{"jsonrpc":"2.0","method":"notifications/initialized"}',
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"a":1}}}',
    ]);
    expect(answers).toMatchObject([
      { id: 0, result: { protocolVersion: '2024-11-05' } },
      { id: 1, result: { structuredContent: { a: 1 } } },
    ]);
  });

  it.each([
    ['before', 0],
    ['after', 30],
  ])('waits for no answer of a client that goes, asked %s it went', async (_name, delayMs) => {
    const mcp = anMcp({
      endpoints: [anEndpoint()],
      execute: async (_endpoint, _input, { channel }) => {
        await new Promise((resolve) => setTimeout(resolve, delayMs));
        await channel.ask([{ kind: 'form', message: 'Who?', schema: { type: 'object' } }]);
        return valueOutput(null);
      },
    });
    const server = new McpStdioServer(mcp.servers, mcp.changes, mcp.log, () => anonymous, 10_000);
    const [input, output] = [new PassThrough(), new PassThrough()];
    const served = server.serve(input, output);
    input.write(`${initialize.replace('"capabilities":{}', '"capabilities":{"elicitation":{}}')}\n`);
    input.write('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{}}}\n');
    await new Promise((resolve) => setTimeout(resolve, 15));
    input.end();
    await served;
    expect(String(output.read())).toContain('The client did not answer: ');
  });

  it('keeps all digits of integers, both ways', async () => {
    const { text, caller } = await exchanged([
      initialize,
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"n":9007199254740993}}}',
    ]);
    expect(caller.requests[0]?.arguments).toEqual({ n: 9007199254740993n });
    expect(text).toContain('"structuredContent":{"n":9007199254740993}');
  });

  it('speaks the modern era to a client that opens with it', async () => {
    const { answers } = await exchanged([
      `{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{${envelope}}}`,
      `{"jsonrpc":"2.0","id":2,"method":"tools/list","params":{${envelope}}}`,
    ]);
    expect(answers).toMatchObject([
      { id: 1, result: { supportedVersions: ['2026-07-28'] } },
      { id: 2, result: { tools: [{ name: 'echo' }], resultType: 'complete', ttlMs: 300_000 } },
    ]);
  });

  it('answers unknown methods and resources as the legacy era does', async () => {
    const { answers } = await exchanged([
      initialize,
      '{"jsonrpc":"2.0","id":1,"method":"nothing/here"}',
      '{"jsonrpc":"2.0","id":2,"method":"resources/read","params":{"uri":"a://b"}}',
      '{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"arguments":{}}}',
      '{"jsonrpc":"2.0","id":4,"method":"ping"}',
    ]);
    expect(answers.slice(1).sort((a, b) => Number(a.id) - Number(b.id))).toMatchObject([
      { id: 1, error: { code: -32601 } },
      { id: 2, error: { code: -32002, message: 'Unknown resource: a://b' } },
      { id: 3, error: { code: -32602 } },
      { id: 4, result: {} },
    ]);
  });

  it('refuses lines that are no messages and goes on', async () => {
    const { answers } = await exchanged(['not json', '{"a":1}', 'x'.repeat(20_000), initialize]);
    expect(answers).toMatchObject([
      { id: null, error: { code: -32700 } },
      { id: null, error: { code: -32600 } },
      { id: null, error: { code: -32600, message: 'Invalid Request: the message is too long' } },
      { id: 0, result: {} },
    ]);
  });

  it('says at the start that calls will fail for want of an identity, and fails them', async () => {
    const { log, answers } = await exchanged(
      [initialize, '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}'],
      unidentified,
    );
    expect(log.lines[0]).toMatchObject({ level: 'warning' });
    expect(answers[1]).toMatchObject({
      result: {
        isError: true,
        content: [{ text: 'Error executing tool echo: 401: Authentication required' }],
      },
    });
  });

  it('calls as the identity of the environment, without headers or session', async () => {
    const ann: Principal = { ...anonymous, provider: 'env', userId: 'ann', username: 'ann' };
    const { caller } = await exchanged(
      [initialize, '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}'],
      ann,
    );
    expect(caller.requests).toMatchObject([
      { principal: { userId: 'ann' }, origin: 'stdio', headers: {}, sessionId: null },
    ]);
  });
});
