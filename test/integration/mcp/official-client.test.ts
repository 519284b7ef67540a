import type { Client, ClientCapabilities } from '@modelcontextprotocol/client';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CallRequest } from '../../../src/common/domain/call.js';
import type { CallerChannel } from '../../../src/common/domain/caller-channel.js';
import type { Endpoint } from '../../../src/common/domain/endpoint.js';
import type { JsonObject, JsonValue } from '../../../src/common/domain/json.js';
import { valueOutput, type Output } from '../../../src/common/domain/output.js';
import { ExecutionCancelledError } from '../../../src/common/errors/endpoint-errors.js';
import type { Question } from '../../../src/common/domain/question.js';
import { aClient, connected, eraOf, ways, type Way } from '../../builders/a-connection.js';
import { anEndpoint } from '../../builders/an-endpoint.js';

type Code = (channel: CallerChannel, input: JsonObject, request: CallRequest) => Promise<Output> | Output;

const tool = (name: string): Endpoint => anEndpoint({ id: name, name });
const schema: JsonObject = {
  type: 'object',
  title: 'User',
  properties: { name: { type: 'string' } },
  required: ['name'],
};
const who: Question = { kind: 'form', message: 'Who are you?', schema };
const signIn: Question = { kind: 'url', message: 'Sign in', url: 'https://idp.example/sign-in' };

/** What an executor does with a question: the run ends with it, or goes on with the answer. */
async function asking(
  channel: CallerChannel,
  questions: readonly Question[],
  then: (answers: readonly JsonValue[]) => Promise<Output> | Output,
): Promise<Output> {
  const answers = await channel.ask(questions);
  return answers === null ? { kind: 'ask', questions } : then(answers);
}

let close: (() => Promise<void>) | null = null;

afterEach(async () => {
  await close?.();
  close = null;
});

async function started(
  way: Way,
  code: Readonly<Record<string, Code>>,
  options: {
    capabilities?: ClientCapabilities;
    prepare?: (client: Client) => void;
    more?: readonly Endpoint[];
  } = {},
) {
  const client = aClient(way, options.capabilities ?? {});
  options.prepare?.(client);
  const run = (endpoint: Endpoint, input: JsonObject, request: CallRequest): Promise<Output> | Output =>
    code[endpoint.id]?.(request.channel, input, request) ?? valueOutput(null);
  const endpoints = [...Object.keys(code).map(tool), ...(options.more ?? [])];
  const server = await connected(client, way, { endpoints, execute: run });
  close = server.close;
  return { ...server, client };
}

function textOf(result: { content?: unknown }): unknown {
  const [block] = result.content as { text?: string }[];
  return block?.text;
}

describe.each(ways)('the official client over %s', (_name, way) => {
  it('hears of progress before the answer', async () => {
    const { client } = await started(way, {
      work: async (channel) => {
        channel.progress(1, 3, 'one');
        await new Promise((resolve) => setTimeout(resolve, 5));
        channel.progress(3, 3);
        return valueOutput('done');
      },
    });
    const heard: unknown[] = [];

    const result = await client.callTool(
      { name: 'work' },
      { onprogress: (progress) => heard.push(progress) },
    );

    expect(heard).toEqual([
      { progress: 1, total: 3, message: 'one' },
      { progress: 3, total: 3 },
    ]);
    expect(textOf(result)).toBe('done');
  });

  it('hears log lines from the level on that it asked for', async () => {
    const { client } = await started(way, {
      work: (channel) => {
        channel.log('debug', 'quiet');
        channel.log('warning', { disk: 'full' }, 'storage');
        return valueOutput(null);
      },
    });
    const heard: unknown[] = [];
    client.setNotificationHandler('notifications/message', ({ params }) => void heard.push(params));
    const isLegacy = eraOf(way) === 'legacy';
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- as clients of that era do
    if (isLegacy) await client.setLoggingLevel('notice');

    await client.callTool({
      name: 'work',
      ...(isLegacy ? {} : { _meta: { 'io.modelcontextprotocol/logLevel': 'notice' } }),
    });

    expect(heard).toEqual([{ level: 'warning', logger: 'storage', data: { disk: 'full' } }]);
  });

  it.each([
    [{ action: 'accept', content: { name: 'Ada' } }],
    [{ action: 'decline' }],
    [{ action: 'cancel' }],
  ] as const)('answers a form with %j', async (answer) => {
    const seen: unknown[] = [];
    let runs = 0;
    const { client } = await started(
      way,
      {
        greet: (channel) => {
          runs += 1;
          return asking(channel, [who], ([given]) => valueOutput(given ?? null));
        },
      },
      {
        capabilities: { elicitation: { form: {} } },
        prepare: (asked) => {
          asked.setRequestHandler('elicitation/create', ({ params }) => {
            seen.push(params);
            return answer;
          });
        },
      },
    );

    const result = await client.callTool({ name: 'greet' });

    expect(JSON.parse(String(textOf(result)))).toEqual(answer);
    expect(seen).toMatchObject([{ message: 'Who are you?', requestedSchema: schema }]);
    expect(runs).toBe(eraOf(way) === 'legacy' ? 1 : 2);
  });

  it('answers one question after another, and several at once', async () => {
    const { client } = await started(
      way,
      {
        plan: (channel) =>
          asking(channel, [signIn], ([first]) =>
            asking(channel, [who, { kind: 'roots' }], (rest) => valueOutput([first ?? null, ...rest])),
          ),
      },
      {
        capabilities: { elicitation: { form: {}, url: {} }, roots: {} },
        prepare: (asked) => {
          asked.setRequestHandler('elicitation/create', ({ params }) =>
            params.mode === 'url'
              ? { action: params.url === 'https://idp.example/sign-in' ? 'accept' : 'cancel' }
              : { action: 'accept', content: { name: 'Ada' } },
          );
          asked.setRequestHandler('roots/list', () => ({ roots: [{ uri: 'file:///home' }] }));
        },
      },
    );

    const result = await client.callTool({ name: 'plan' });

    expect(JSON.parse(String(textOf(result)))).toEqual([
      { action: 'accept' },
      { action: 'accept', content: { name: 'Ada' } },
      { roots: [{ uri: 'file:///home' }] },
    ]);
  });

  it('is told what it lacks when it cannot be asked', async () => {
    const { client } = await started(way, {
      greet: (channel) => asking(channel, [who], () => valueOutput(1)),
    });

    const called = client.callTool({ name: 'greet' });

    if (eraOf(way) === 'legacy') {
      expect(await called).toMatchObject({
        isError: true,
        content: [
          { text: expect.stringContaining('does not support what the endpoint asks for: elicitation.form') },
        ],
      });
    } else {
      await expect(called).rejects.toMatchObject({
        code: -32021,
        data: { requiredCapabilities: { elicitation: { form: {} } } },
      });
    }
  });

  it('stops the work when it gives up', async () => {
    const stopped = Promise.withResolvers<string>();
    const began = Promise.withResolvers<undefined>();
    const { client } = await started(way, {
      wait: (_channel, _input, { signal }) => {
        began.resolve(undefined);
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            stopped.resolve('stopped');
            reject(new ExecutionCancelledError());
          });
        });
      },
    });
    const patience = new AbortController();

    const called = client.callTool({ name: 'wait' }, { signal: patience.signal }).catch(() => 'gave up');
    await began.promise;
    patience.abort();

    expect(await called).toBe('gave up');
    expect(await stopped.promise).toBe('stopped');
  });

  it('hears which lists changed, and that what it watches was renewed', async () => {
    const resource = anEndpoint({ kind: 'resource', id: 'a://b', name: 'b' });
    const heard: string[] = [];
    const { client, swap } = await started(
      way,
      { one: () => valueOutput(1) },
      {
        more: [resource],
        prepare: (asked) => {
          for (const list of ['tools', 'prompts', 'resources'] as const) {
            asked.setNotificationHandler(`notifications/${list}/list_changed`, () => void heard.push(list));
          }
          asked.setNotificationHandler('notifications/resources/updated', ({ params }) => {
            heard.push(params.uri);
          });
        },
      },
    );
    if (eraOf(way) === 'legacy') await client.subscribeResource({ uri: 'a://b' });
    else
      await client.listen({
        toolsListChanged: true,
        promptsListChanged: true,
        resourceSubscriptions: ['a://b'],
      });
    // a stream of a session opens after the answer to `initialize`
    await new Promise((resolve) => setTimeout(resolve, 50));

    swap({ endpoints: [tool('two'), resource] });

    await vi.waitFor(() => {
      expect(heard.sort()).toEqual(['a://b', 'tools']);
    });
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['two']);
  });

  it('gets large content whole', async () => {
    const data = Buffer.alloc(3_000_000, 7).toString('base64');
    const { client } = await started(way, {
      picture: () => ({ kind: 'content', blocks: [{ type: 'image', data, mimeType: 'image/png' }] }),
    });

    const { content } = await client.callTool({ name: 'picture' });

    expect(content[0]).toEqual({ type: 'image', data, mimeType: 'image/png' });
  });

  it('is asked by a resource that a prompt embeds', async () => {
    const prompt = anEndpoint({ kind: 'prompt', id: 'p', name: 'p' });
    const resource = anEndpoint({ kind: 'resource', id: 'a://b', name: 'b' });
    const client = aClient(way, { elicitation: {} });
    client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { name: 'Ada' } }));
    const server = await connected(client, way, {
      endpoints: [prompt, resource],
      execute: (endpoint, _input, { channel }) =>
        endpoint.kind === 'prompt'
          ? valueOutput([{ prompt: 'a://b', role: 'user', type: 'resource' }])
          : asking(channel, [who], ([answer]) => valueOutput(answer ?? null)),
    });
    close = server.close;

    const { messages } = await client.getPrompt({ name: 'p' });

    expect(JSON.stringify(messages)).toContain('Ada');
  });

  it('sends its trace context along', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const { client } = await started(way, {
      trace: (_channel, _input, { headers }) => valueOutput(headers['traceparent'] ?? null),
    });

    const result = await client.callTool({ name: 'trace', _meta: { traceparent } });

    expect(textOf(result)).toBe(traceparent);
  });
});
