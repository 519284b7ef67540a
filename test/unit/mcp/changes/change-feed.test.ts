import { describe, expect, it } from 'vitest';
import type { Changes } from '../../../../src/modules/mcp/changes/changes.js';
import { anEndpoint } from '../../../builders/an-endpoint.js';
import { anMcp } from '../../../builders/an-mcp.js';

const tool = anEndpoint();
const prompt = anEndpoint({ kind: 'prompt', id: 'p', name: 'p' });
const template = anEndpoint({ kind: 'resource', id: 'a://{b}', name: 'a' });

function watched() {
  const mcp = anMcp({ endpoints: [tool, prompt, template] });
  const news: Changes[] = [];
  const forget = mcp.changes.onChange((changes) => news.push(changes));
  mcp.changes.clientCame();
  return { ...mcp, news, forget };
}

describe('ChangeFeed', () => {
  it.each([
    ['a tool that is new', [tool, anEndpoint({ id: 'n', name: 'n' }), prompt, template], ['tools']],
    ['a prompt that is gone', [tool, template], ['prompts']],
    ['a template that is described anew', [tool, prompt, { ...template, description: 'x' }], ['resources']],
    [
      'a tool that only works otherwise',
      [{ ...tool, source: { kind: 'inline', code: 'SELECT 2' } as const }, prompt, template],
      [],
    ],
  ])('tells of %s', (_what, endpoints, lists) => {
    const { swap, news } = watched();

    swap({ endpoints });

    expect(news).toEqual([{ lists }]);
  });

  it('compares with what was served last, not with the first', () => {
    const { swap, news } = watched();

    swap({ endpoints: [prompt, template] });
    swap({ endpoints: [prompt, template] });

    expect(news).toEqual([{ lists: ['tools'] }, { lists: [] }]);
  });

  it('says nothing before a client came, and nothing to who left', () => {
    const mcp = anMcp({ endpoints: [tool] });
    const news: Changes[] = [];
    const forget = mcp.changes.onChange((changes) => news.push(changes));

    mcp.swap({ endpoints: [] });
    mcp.changes.clientCame();
    forget();
    mcp.swap({ endpoints: [tool] });

    expect(news).toEqual([]);
  });
});
