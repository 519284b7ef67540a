import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { httpClient, textOf, type Era } from '../support/client.ts';
import { examples } from '../support/command.ts';
import { walkEarthquakes } from '../support/example-walk.ts';
import { servedProject } from '../support/served-project.ts';

const eras: readonly Era[] = ['legacy', 'modern'];

describe.each([
  ['with sessions', []],
  ['stateless', ['--stateless']],
])('the official client over HTTP, %s', (_name, args: string[]) => {
  const server = servedProject(join(examples, 'earthquakes'), args);

  it.each(eras)('lists and uses every endpoint of the example in the %s era', async (era) => {
    const client = await httpClient(server.url, era);

    await walkEarthquakes(client);
    await client.close();
  });
});

describe('the people example over HTTP, where nobody is signed in', () => {
  const server = servedProject(join(examples, 'people'));

  it.each(eras)(
    'lists every endpoint and lets through what the policies let through, in the %s era',
    async (era) => {
      const client = await httpClient(server.url, era);
      const text = async (name: string, args: Record<string, unknown> = {}): Promise<string> =>
        textOf(await client.callTool({ name, arguments: args }));

      const { tools } = await client.listTools();
      expect(tools.map((tool) => tool.name)).toEqual([
        'find_people',
        'headcount',
        'execute_sql_query',
        'list_tables',
        'get_table_schema',
      ]);
      expect(await text('find_people')).toContain('Policy enforcement failed: Sign in first');
      expect(await text('headcount')).toContain(
        'Policy enforcement failed: Headcount figures are for managers',
      );
      expect(await text('list_tables')).toContain('SQL needs the permission sql.read');
      expect(await text('get_table_schema', { table_name: 'x' })).toContain(
        'SQL needs the permission sql.read',
      );

      await expect(client.readResource({ uri: 'people://me' })).rejects.toMatchObject({ code: 40301 });
      const card = await client.readResource({ uri: 'people://4/card' });
      expect(card.contents[0]).toMatchObject({ text: expect.stringContaining('Staff Engineer') });

      const review = await client.getPrompt({ name: 'salary_review', arguments: { department: 'Sales' } });
      expect(review.messages[0]).toMatchObject({
        content: { text: expect.stringContaining('salaries in Sales') },
      });
      await client.close();
    },
  );
});
