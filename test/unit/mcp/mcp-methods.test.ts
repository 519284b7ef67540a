import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../src/common/domain/json.js';
import { unidentified } from '../../../src/common/domain/principal.js';
import { valueOutput } from '../../../src/common/domain/output.js';
import { ExecutionFailedError } from '../../../src/common/errors/endpoint-errors.js';
import { anEndpoint } from '../../builders/an-endpoint.js';
import { aCaller, anMcp } from '../../builders/an-mcp.js';
import { aParameter } from '../../builders/a-type-node.js';

const prompt = anEndpoint({ kind: 'prompt', id: 'p', name: 'p', description: 'A prompt' });
const resource = anEndpoint({
  kind: 'resource',
  id: 'a://b',
  name: 'b',
  cache: { ttlS: 7, key: null, perUser: false },
});

describe('tools/call', () => {
  it('passes on who calls, and drops what the tool does not declare', async () => {
    const mcp = anMcp({ endpoints: [anEndpoint()] });
    const caller = aCaller({ headers: { 'x-team': 'blue' }, sessionId: 's', correlationId: 'c' });
    await mcp.methods.answer('tools/call', { name: 'echo', arguments: { a: 1 } }, caller);
    expect(mcp.caller.requests).toMatchObject([
      {
        kind: 'tool',
        target: 'echo',
        arguments: { a: 1 },
        unknownArguments: 'drop',
        origin: 'http',
        headers: { 'x-team': 'blue' },
        sessionId: 's',
        correlationId: 'c',
      },
    ]);
  });

  it.each([{}, { name: 5 }, { name: 'echo', arguments: [1] }, 'text'])(
    'refuses the params %j with -32602',
    async (params: JsonValue) => {
      const answer = await anMcp().methods.answer('tools/call', params, aCaller());
      expect(answer).toMatchObject({ kind: 'error', error: { code: -32602 } });
    },
  );

  it('strips control characters from names', async () => {
    const answer = await anMcp().methods.answer('tools/call', { name: 'no\u0007pe' }, aCaller());
    expect(answer).toMatchObject({ error: { message: 'Unknown tool: nope' } });
  });

  it('fails without an identity where one is required, while lists work', async () => {
    const mcp = anMcp({ endpoints: [anEndpoint()] });
    const nobody = aCaller({ principal: unidentified });
    expect(await mcp.methods.answer('tools/call', { name: 'echo' }, nobody)).toMatchObject({
      result: {
        isError: true,
        content: [{ text: 'Error executing tool echo: 401: Authentication required' }],
      },
    });
    expect(await mcp.methods.answer('tools/list', {}, nobody)).toMatchObject({ kind: 'result' });
  });
});

describe('a tool that may not ask', () => {
  const lacks = 'The client does not support what the endpoint asks for: roots';

  /** A modern call whose code fails, once it was refused its question. */
  async function failing(message: string) {
    const mcp = anMcp({
      endpoints: [anEndpoint()],
      execute: async (_endpoint, _input, { channel }) => {
        await channel.ask([{ kind: 'roots' }]).catch(() => null);
        throw new ExecutionFailedError(message);
      },
    });
    return mcp.methods.answer('tools/call', { name: 'echo' }, aCaller({ era: 'modern' }));
  }

  it('tells the client what to declare when it fails for that, however its language words it', async () => {
    expect(await failing(`ServerError: ${lacks} (tools.py, line 3)`)).toMatchObject({
      error: { code: -32021, data: { requiredCapabilities: { roots: {} } } },
    });
  });

  it('fails as any other when it fails for something else', async () => {
    expect(await failing('division by zero')).toMatchObject({
      result: { isError: true, content: [{ text: 'Error executing tool echo: division by zero' }] },
    });
  });
});

describe('resources/read', () => {
  it('gives one item under the URI that was asked for, and its lifetime in the modern era', async () => {
    const mcp = anMcp({ endpoints: [resource], execute: () => valueOutput('hi') });
    const modern = aCaller({ era: 'modern' });
    expect(await mcp.methods.answer('resources/read', { uri: 'a://b' }, modern)).toEqual({
      kind: 'result',
      result: {
        contents: [{ uri: 'a://b', mimeType: 'text/plain', text: 'hi' }],
        ttlMs: 7000,
        cacheScope: 'public',
      },
    });
    expect(await mcp.methods.answer('resources/read', { uri: 'a://b' }, aCaller())).not.toHaveProperty(
      'result.ttlMs',
    );
  });
});

describe('prompts/get', () => {
  const rendered = [
    { prompt: 'Be kind', role: 'system', type: 'text' },
    { prompt: 'Go', role: null, type: null },
    { prompt: 'Yes', role: 'assistant', type: null },
    { prompt: 'a://b', role: 'user', type: 'resource' },
    { prompt: 'a://missing', role: 'user', type: 'resource' },
  ];

  it('keeps assistant, makes every other role user, and embeds resources', async () => {
    const mcp = anMcp({
      endpoints: [prompt, resource],
      execute: (endpoint) => valueOutput(endpoint.kind === 'prompt' ? rendered : 'content'),
    });
    expect(await mcp.methods.answer('prompts/get', { name: 'p' }, aCaller())).toEqual({
      kind: 'result',
      result: {
        description: 'A prompt',
        messages: [
          { role: 'user', content: { type: 'text', text: 'Be kind' } },
          { role: 'user', content: { type: 'text', text: 'Go' } },
          { role: 'assistant', content: { type: 'text', text: 'Yes' } },
          {
            role: 'user',
            content: {
              type: 'resource',
              resource: { uri: 'a://b', mimeType: 'text/plain', text: 'content' },
            },
          },
          { role: 'user', content: { type: 'text', text: 'a://missing' } },
        ],
      },
    });
  });

  it.each([
    ['image', 'image/png', { type: 'image', data: 'AA==', mimeType: 'image/png' }],
    ['audio', 'audio/wav', { type: 'audio', data: 'AA==', mimeType: 'audio/wav' }],
    ['image', 'audio/wav', { type: 'text', text: 'a://b' }],
  ] as const)('shows as %s what a resource of type %s holds', async (type, mimeType, content) => {
    const blocks = [{ type: 'resource', uri: 'a://b', mimeType, blob: 'AA==' } as const];
    const mcp = anMcp({
      endpoints: [prompt, resource],
      execute: (endpoint) =>
        endpoint.kind === 'prompt'
          ? valueOutput([{ prompt: 'a://b', role: 'user', type }])
          : { kind: 'content', blocks },
    });
    expect(await mcp.methods.answer('prompts/get', { name: 'p' }, aCaller())).toMatchObject({
      result: { messages: [{ role: 'user', content }] },
    });
  });

  it('leaves a text a text when it names no image', async () => {
    const mcp = anMcp({
      endpoints: [prompt, resource],
      execute: (endpoint) =>
        valueOutput(endpoint.kind === 'prompt' ? [{ prompt: 'a://b', role: null, type: 'image' }] : 'text'),
    });
    expect(await mcp.methods.answer('prompts/get', { name: 'p' }, aCaller())).toMatchObject({
      result: { messages: [{ content: { type: 'text', text: 'a://b' } }] },
    });
  });

  it('makes no call of a text that names no resource, so that none is recorded', async () => {
    const mcp = anMcp({ endpoints: [prompt, resource], execute: () => valueOutput(rendered) });
    await mcp.methods.answer('prompts/get', { name: 'p' }, aCaller());
    expect(mcp.caller.requests.map(({ target }) => target)).toEqual(['p', 'a://b']);
  });

  it('leaves out the messages whose text a policy took away', async () => {
    const left = [{ role: 'user', type: 'resource' }, { role: 'user' }, { prompt: 'Go' }];
    const mcp = anMcp({ endpoints: [prompt, resource], execute: () => valueOutput(left) });
    expect(await mcp.methods.answer('prompts/get', { name: 'p' }, aCaller())).toMatchObject({
      result: { messages: [{ role: 'user', content: { type: 'text', text: 'Go' } }] },
    });
  });

  it('refuses arguments that the prompt does not declare', async () => {
    const mcp = anMcp({ endpoints: [prompt], execute: () => valueOutput([]) });
    await mcp.methods.answer('prompts/get', { name: 'p', arguments: { x: '1' } }, aCaller());
    expect(mcp.caller.requests[0]).toMatchObject({ unknownArguments: 'refuse', arguments: { x: '1' } });
  });
});

describe('completion/complete', () => {
  const mcp = anMcp({
    endpoints: [
      anEndpoint(),
      anEndpoint({
        kind: 'prompt',
        id: 'p',
        name: 'p',
        parameters: [
          aParameter('city', 'string', { enum: ['Paris', 'Prague', 'Rome'] }),
          aParameter('tool_name', 'string'),
          aParameter('free', 'string'),
        ],
      }),
    ],
  });
  const complete = (name: string, value: string, ref: JsonValue = { type: 'ref/prompt', name: 'p' }) =>
    mcp.methods.answer('completion/complete', { ref, argument: { name, value } }, aCaller());

  it('offers enum values and endpoint names that begin with what was typed', async () => {
    expect(await complete('city', 'p')).toMatchObject({
      result: { completion: { values: ['Paris', 'Prague'], total: 2, hasMore: false } },
    });
    expect(await complete('tool_name', '')).toMatchObject({ result: { completion: { values: ['echo'] } } });
  });

  it('offers nothing for free text and unknown arguments', async () => {
    expect(await complete('free', '')).toMatchObject({ result: { completion: { values: [] } } });
    expect(await complete('nope', '')).toMatchObject({ result: { completion: { values: [] } } });
  });

  it('refuses a reference to nothing', async () => {
    expect(await complete('city', '', { type: 'ref/prompt', name: 'zz' })).toMatchObject({
      error: { code: -32602, message: 'Unknown prompt: zz' },
    });
  });
});

describe('McpMethods', () => {
  it('answers methods that no revision has with -32601', async () => {
    const answer = await anMcp().methods.answer('nothing/here', {}, aCaller({ era: 'modern' }));
    expect(answer).toMatchObject({ error: { code: -32601, message: 'Method not found' }, httpStatus: 404 });
  });

  it('logs start and end of a request without its values, and counts it', async () => {
    const mcp = anMcp({ endpoints: [anEndpoint()] });
    await mcp.methods.answer(
      'tools/call',
      { name: 'echo', arguments: { pin: '1234-secret' } },
      aCaller({ requestBytes: 99 }),
    );
    expect(mcp.log.lines).toMatchObject([
      { level: 'info', logger: 'mcp', fields: { event: 'request_started', tool: 'echo', params_size: 99 } },
      {
        message: 'Request completed',
        fields: { event: 'request_completed', request_id: 'call-1', method: 'tools/call', duration: '0ms' },
      },
    ]);
    expect(JSON.stringify(mcp.log.lines)).not.toContain('secret');
    expect(mcp.metrics.rpc).toEqual([{ method: 'tools/call', errorCode: null }]);
  });

  it('logs a failure as such', async () => {
    const mcp = anMcp();
    await mcp.methods.answer('tools/call', { name: 'x' }, aCaller());
    expect(mcp.log.lines[1]).toMatchObject({ fields: { event: 'request_failed', error_type: '-32602' } });
    expect(mcp.metrics.rpc).toEqual([{ method: 'tools/call', errorCode: -32602 }]);
  });
});
