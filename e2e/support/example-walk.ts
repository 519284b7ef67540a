import type { Client } from '@modelcontextprotocol/client';
import { expect } from 'vitest';
import { textOf } from './client.ts';

/** Lists and uses every endpoint of the earthquakes example as a stranger with the official client would. */
export async function walkEarthquakes(client: Client): Promise<void> {
  const { tools } = await client.listTools();
  expect(tools.map((tool) => tool.name)).toEqual(['count_by_region', 'daily_summary', 'find_earthquakes']);
  expect(tools[2]?.title).toBe('Find earthquakes');
  expect(tools[2]?.annotations?.readOnlyHint).toBe(true);

  const strongest = await client.callTool({ name: 'find_earthquakes', arguments: { limit: 1 } });
  expect(strongest.structuredContent).toMatchObject({
    result: [{ id: 'us1000chhc', magnitude: 6.4, region: 'Taiwan' }],
  });
  expect(JSON.parse(textOf(strongest))).toEqual((strongest.structuredContent as { result: unknown }).result);

  const day = await client.callTool({ name: 'daily_summary', arguments: { day: '2018-02-04' } });
  expect(day.structuredContent).toMatchObject({ day: '2018-02-04', strongest: 6.1 });

  const regions = await client.callTool({ name: 'count_by_region', arguments: { top: 2 } });
  expect((regions.structuredContent as { result: unknown[] }).result).toHaveLength(2);

  const { resources } = await client.listResources();
  expect(resources.map((resource) => resource.uri)).toEqual(['earthquake://about']);
  const about = await client.readResource({ uri: 'earthquake://about' });
  expect(about.contents[0]).toMatchObject({
    mimeType: 'text/markdown',
    text: expect.stringContaining('public domain'),
  });

  const { resourceTemplates } = await client.listResourceTemplates();
  expect(resourceTemplates.map((template) => template.uriTemplate)).toEqual(['earthquake://{id}']);
  const event = await client.readResource({ uri: 'earthquake://us1000chhc' });
  const [content] = event.contents as { text: string }[];
  expect(JSON.parse(content?.text ?? '')).toMatchObject({
    id: 'us1000chhc',
    place: '22km NNE of Hualian, Taiwan',
  });

  const { prompts } = await client.listPrompts();
  expect(prompts.map((prompt) => prompt.name)).toEqual(['situation_report']);
  const report = await client.getPrompt({
    name: 'situation_report',
    arguments: { region: 'Taiwan', audience: 'engineers' },
  });
  expect(report.messages).toHaveLength(1);
  expect(report.messages[0]).toMatchObject({
    role: 'user',
    content: { type: 'text', text: expect.stringContaining('depths') },
  });

  const completion = await client.complete({
    ref: { type: 'ref/prompt', name: 'situation_report' },
    argument: { name: 'audience', value: 'p' },
  });
  expect(completion.completion.values).toEqual(['public', 'press']);
}
