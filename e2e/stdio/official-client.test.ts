import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { stdioClient, textOf, type Era } from '../support/client.ts';
import { examples, projectCopy } from '../support/command.ts';
import { walkEarthquakes } from '../support/example-walk.ts';

const eras: readonly Era[] = ['legacy', 'modern'];

describe('the official client over stdio', () => {
  const earthquakes = projectCopy(join(examples, 'earthquakes'));
  const people = projectCopy(join(examples, 'people'));

  afterAll(() => {
    earthquakes.remove();
    people.remove();
  });

  it.each(eras)('lists and uses every endpoint of the example in the %s era', async (era) => {
    const client = await stdioClient(earthquakes.folder, era);

    await walkEarthquakes(client);
    await client.close();
  });

  it('acts for the user that the environment names', async () => {
    const user = { user_id: 'mei', email: 'mei@people.example', email_verified: true, role: 'engineer' };
    const context = JSON.stringify(user);
    const client = await stdioClient(people.folder, 'modern', { MXCP_USER_CONTEXT: context });

    const me = await client.readResource({ uri: 'people://me' });
    const sales = await client.callTool({ name: 'find_people', arguments: { department: 'Sales' } });

    expect(JSON.parse((me.contents as { text: string }[])[0]?.text ?? '')).toMatchObject({
      name: 'Mei Tanaka',
      salary: 164000,
    });
    expect(textOf(sales)).toContain('Lucía Marín');
    expect(textOf(sales)).not.toMatch(/salary|national_id|176000/);
    await client.close();
  });

  it('keeps every digit of a 64-bit integer', async () => {
    const client = await stdioClient(people.folder, 'modern', {
      MXCP_USER_CONTEXT: JSON.stringify({ permissions: ['sql.read'] }),
    });

    const result = await client.callTool({
      name: 'execute_sql_query',
      arguments: { sql: 'SELECT 9007199254740993 AS n' },
    });

    expect(textOf(result)).toBe('[{"n":9007199254740993}]');
    await client.close();
  });
});
