import type { Client } from '@modelcontextprotocol/client';
import { expect } from 'vitest';
import { textOf, type ClientParts, type Era } from './client.ts';

/** What the client of a walk was told and asked. */
export class Heard {
  readonly log: unknown[] = [];
  readonly lists: string[] = [];
  readonly updated: string[] = [];
  readonly questions: string[] = [];

  /** A client with a user who answers every form, and a model. */
  get parts(): ClientParts {
    return {
      capabilities: { elicitation: { form: {} }, sampling: {}, roots: {} },
      prepare: (client) => {
        this.#listen(client);
      },
    };
  }

  #listen(client: Client): void {
    client.setRequestHandler('elicitation/create', ({ params }) => {
      this.questions.push(params.message);
      const isColor = params.message.includes('color');
      return { action: 'accept', content: isColor ? { color: 'blue' } : { name: 'Ada', ok: true } };
    });
    client.setRequestHandler('sampling/createMessage', () => ({
      role: 'assistant',
      content: { type: 'text', text: 'Paris' },
      model: 'm',
    }));
    client.setRequestHandler('roots/list', () => ({ roots: [{ uri: 'file:///home' }] }));
    client.setNotificationHandler('notifications/message', ({ params }) => void this.log.push(params.data));
    client.setNotificationHandler('notifications/tools/list_changed', () => void this.lists.push('tools'));
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
      this.updated.push(params.uri);
    });
  }
}

/** Everything that endpoints of the project `conformance` can do for a client, in Python and TypeScript. */
export async function walkProtocol(client: Client, heard: Heard): Promise<void> {
  const progress: number[] = [];
  await client.callTool(
    { name: 'test_tool_with_progress' },
    { onprogress: ({ progress: done }) => progress.push(done) },
  );
  expect(progress).toEqual([0, 50, 100]);

  await client.callTool({
    name: 'test_tool_with_logging',
    _meta: { 'io.modelcontextprotocol/logLevel': 'info' },
  });
  expect(heard.log).toHaveLength(3);

  expect(textOf(await client.callTool({ name: 'test_input_required_result_elicitation' }))).toBe(
    'Hello, Ada!',
  );
  const rounds = textOf(await client.callTool({ name: 'test_input_required_result_multi_round' }));
  expect(rounds).toContain('"color": "blue"');
  const several = textOf(await client.callTool({ name: 'test_input_required_result_multiple_inputs' }));
  expect(several).toMatch(/Ada.*Paris.*file:\/\/\/home/);
  expect(heard.questions).toEqual([
    'What is your name?',
    'Step 1: What is your name?',
    'Step 2: What is your favorite color?',
    'What is your name?',
  ]);

  const sound = await client.callTool({ name: 'test_audio_content' });
  expect(sound.content).toMatchObject([{ type: 'audio', mimeType: 'audio/wav' }]);
  const picture = await client.readResource({ uri: 'test://static-binary' });
  expect(picture.contents).toMatchObject([{ mimeType: 'image/png', blob: expect.stringMatching(/^iVBOR/) }]);
}

/** Changes the list of tools from within an endpoint, and waits until the client hears of it. */
export async function walkChange(client: Client, era: Era, heard: Heard): Promise<void> {
  const uri = 'test://watched-resource';
  if (era === 'legacy') await client.subscribeResource({ uri });
  else await client.listen({ toolsListChanged: true, resourceSubscriptions: [uri] });

  await client.callTool({ name: 'test_trigger_tool_change' });

  await expect.poll(() => [heard.lists, heard.updated], { timeout: 20_000 }).toEqual([['tools'], [uri]]);
  expect((await client.listTools()).tools.map(({ name }) => name)).toContain('changing_tool');
}
