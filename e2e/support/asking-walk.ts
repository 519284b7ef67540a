import type { Client, ElicitResult } from '@modelcontextprotocol/client';
import { expect } from 'vitest';
import { textOf, type ClientParts } from './client.ts';

type Content = NonNullable<ElicitResult['content']>;

/** A user who is asked: what they were asked, and how they answer. */
export class User {
  readonly asked: string[] = [];
  answer: ElicitResult = { action: 'cancel' };

  get parts(): ClientParts {
    return {
      capabilities: { elicitation: { form: {} } },
      prepare: (client) => {
        client.setRequestHandler('elicitation/create', ({ params }) => {
          this.asked.push(params.message);
          return this.answer;
        });
      },
    };
  }

  accepts(content: Content = {}): void {
    this.answer = { action: 'accept', content };
  }

  declines(): void {
    this.answer = { action: 'decline' };
  }
}

/** What `tools/list` says of each tool, as far as models decide by it. */
async function listed(client: Client): Promise<unknown[]> {
  const { tools } = await client.listTools();
  return tools.map(({ name, title, annotations, inputSchema, outputSchema }) => ({
    name,
    title,
    annotations,
    parameters: Object.keys(inputSchema.properties ?? {}),
    required: inputSchema.required ?? [],
    returns: outputSchema === undefined ? [] : Object.keys(outputSchema['properties'] ?? {}),
  }));
}

/** Reserves goods of the example warehouse; every walk leaves 80 coils less in Rotterdam's stock of 85. */
export async function walkWarehouse(client: Client, user: User): Promise<void> {
  expect(await listed(client)).toEqual([
    {
      name: 'reserve',
      title: 'Reserve goods',
      annotations: {
        readOnlyHint: false,
        destructiveHint: false,
        idempotentHint: false,
        openWorldHint: false,
      },
      parameters: ['site', 'product', 'quantity'],
      required: ['site', 'product'],
      returns: ['reserved', 'left'],
    },
    {
      name: 'site_weights',
      title: 'Weight by site',
      annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
      parameters: [],
      required: [],
      returns: ['result'],
    },
    {
      name: 'stock_report',
      title: 'Stock report',
      annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
      parameters: ['products'],
      required: [],
      returns: ['total', 'sites'],
    },
  ]);
  const reserve = (args: Record<string, unknown>) => client.callTool({ name: 'reserve', arguments: args });

  user.accepts({ quantity: 80 });
  const coils = await reserve({ site: 'Rotterdam', product: 'C-210' });
  expect(coils.structuredContent).toEqual({ reserved: 80, left: 5 });
  user.declines();
  expect(textOf(await reserve({ site: 'Rotterdam', product: 'C-210' }))).toContain('no quantity was given');
  const many = { site: 'Hamburg', product: 'B-100', quantity: 300 };
  const refused = await reserve(many);
  expect(refused.isError).toBe(true);
  expect(textOf(refused)).toContain('the user did not confirm');
  user.accepts();
  expect((await reserve(many)).structuredContent).toEqual({ reserved: 300, left: 340 });
  expect(user.asked).toEqual([
    'How many pieces of C-210? 85 are free.',
    'How many pieces of C-210? 5 are free.',
    'Reserve 300 pieces of B-100 in Hamburg?',
    'Reserve 300 pieces of B-100 in Hamburg?',
  ]);
}

/** Checks a site of the example network, where nothing listens. */
export async function walkNetwork(client: Client, user: User): Promise<void> {
  expect(await listed(client)).toEqual([
    {
      name: 'check_site',
      title: 'Check a site',
      annotations: { readOnlyHint: true, openWorldHint: true },
      parameters: ['site'],
      required: ['site'],
      returns: [],
    },
    {
      name: 'find_hosts',
      title: 'Find hosts',
      annotations: { readOnlyHint: true, openWorldHint: false },
      parameters: ['site'],
      required: [],
      returns: ['result'],
    },
    {
      name: 'network_interfaces',
      title: 'Network interfaces',
      annotations: { readOnlyHint: true, openWorldHint: false },
      parameters: ['family'],
      required: [],
      returns: ['result'],
    },
  ]);
  const check = async () => textOf(await client.callTool({ name: 'check_site', arguments: { site: 'lab' } }));

  user.accepts({ agreed: true });
  expect(JSON.parse(await check())).toEqual([{ host: 'gateway', reachable: false }]);
  user.accepts({ agreed: false });
  expect(await check()).toBe('Nothing was checked');
  user.declines();
  expect(await check()).toBe('Nothing was checked');
  expect(user.asked).toEqual(Array.from({ length: 3 }, () => 'Connect to 1 hosts of lab?'));
}

/** A client without a user hears which capability it lacks. */
export async function walkUnasked(
  client: Client,
  call: { readonly name: string; readonly arguments: Record<string, unknown> },
): Promise<void> {
  const said = await client.callTool(call).then(
    (result) => (result.isError === true ? textOf(result) : 'no error'),
    (error: unknown) => String(error),
  );
  expect(said).toContain('The client does not support what the endpoint asks for: elicitation.form');
}
