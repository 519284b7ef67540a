import { describe, expect, it } from 'vitest';
import { anEndpoint } from '../../builders/an-endpoint.js';
import { aCaller, anMcp } from '../../builders/an-mcp.js';
import { aParameter } from '../../builders/a-type-node.js';

const tools = (count: number) =>
  Array.from({ length: count }, (_, index) => anEndpoint({ id: `t${index}`, name: `t${index}` }));

async function list(mcp: ReturnType<typeof anMcp>, method: string, params = {}, caller = aCaller()) {
  const answer = await mcp.methods.answer(method, params, caller);
  if (answer.kind === 'error') throw new TypeError(answer.error.message);
  return answer.result;
}

describe('tools/list', () => {
  it('shows what the definition says, and the annotation title as title', async () => {
    const mcp = anMcp({
      endpoints: [
        anEndpoint({
          description: 'Says it again',
          annotations: { title: 'Echo', readOnlyHint: true },
          icons: [{ src: 'https://x.test/i.png' }],
          outputSchema: { type: 'object' },
        }),
      ],
    });

    expect(await list(mcp, 'tools/list')).toEqual({
      tools: [
        {
          name: 'echo',
          title: 'Echo',
          description: 'Says it again',
          icons: [{ src: 'https://x.test/i.png' }],
          inputSchema: { type: 'object', properties: {} },
          outputSchema: { type: 'object' },
          annotations: { title: 'Echo', readOnlyHint: true },
        },
      ],
    });
  });

  it('leaves out what the definition does not say', async () => {
    const { tools: listed } = await list(anMcp({ endpoints: [anEndpoint()] }), 'tools/list');
    expect(listed).toEqual([
      { name: 'echo', description: '', inputSchema: { type: 'object', properties: {} } },
    ]);
  });

  it('sends the same objects for the same registry', async () => {
    const mcp = anMcp({ endpoints: tools(2) });
    const first = await list(mcp, 'tools/list');
    expect((await list(mcp, 'tools/list'))['tools']).toBe(first['tools']);
  });

  it('hands out pages of 1000 with a cursor to the next', async () => {
    const mcp = anMcp({ endpoints: tools(1500) });
    const first = await list(mcp, 'tools/list');
    const second = await list(mcp, 'tools/list', { cursor: first['nextCursor'] });
    expect(first['tools']).toHaveLength(1000);
    expect(second['tools']).toHaveLength(500);
    expect(second).not.toHaveProperty('nextCursor');
  });

  it.each(['nonsense', 'cGFnZTo5OQ', ''])('refuses the cursor %j with -32602', async (cursor) => {
    const answer = await anMcp().methods.answer('tools/list', { cursor }, aCaller());
    expect(answer).toMatchObject({
      kind: 'error',
      error: { code: -32602, message: 'Invalid cursor; list from the start' },
    });
  });

  it('says in the modern era how long a list may be kept', async () => {
    const listed = await list(anMcp(), 'tools/list', {}, aCaller({ era: 'modern' }));
    expect(listed).toMatchObject({ ttlMs: 300_000, cacheScope: 'public' });
    expect(await list(anMcp(), 'tools/list')).not.toHaveProperty('ttlMs');
  });
});

describe('resources/list and resources/templates/list', () => {
  const endpoints = [
    anEndpoint({ kind: 'resource', id: 'a://b', name: 'B', description: 'one' }),
    anEndpoint({ kind: 'resource', id: 'a://{id}', name: 'a://{id}', mimeType: 'application/json' }),
  ];

  it('keeps concrete URIs and templates apart', async () => {
    const mcp = anMcp({ endpoints });
    expect(await list(mcp, 'resources/list')).toEqual({
      resources: [{ uri: 'a://b', name: 'B', description: 'one', mimeType: 'text/plain' }],
    });
    expect(await list(mcp, 'resources/templates/list')).toEqual({
      resourceTemplates: [
        { uriTemplate: 'a://{id}', name: 'a://{id}', description: '', mimeType: 'application/json' },
      ],
    });
  });
});

describe('prompts/list', () => {
  it('lists required arguments first', async () => {
    const prompt = anEndpoint({
      kind: 'prompt',
      id: 'p',
      name: 'p',
      parameters: [
        aParameter('tone', 'string', { default: null, description: 'How' }),
        aParameter('text', 'string'),
      ],
    });
    expect(await list(anMcp({ endpoints: [prompt] }), 'prompts/list')).toEqual({
      prompts: [
        {
          name: 'p',
          description: '',
          arguments: [
            { name: 'text', required: true },
            { name: 'tone', description: 'How', required: false },
          ],
        },
      ],
    });
  });
});
