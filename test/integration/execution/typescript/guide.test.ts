import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CallerChannel } from '../../../../src/common/domain/caller-channel.js';
import { SqlProject } from '../../../builders/a-sql-project.js';
import { inline } from '../../../builders/a-typescript-project.js';

const guide = readFileSync(new URL('../../../../docs/guides/typescript.md', import.meta.url), 'utf8');

/** The example of the guide that exports this function. */
function example(name: string): string {
  const blocks = [...guide.matchAll(/```ts\n([^]*?)```/g)].map(([, code = '']) => code);
  return blocks.find((code) => new RegExp(`export (async )?function ${name}\\b`).test(code)) ?? '';
}

class AgreeingChannel extends CallerChannel {
  override progress(): void {
    // the guide's example tells, and nothing depends on it
  }

  override log(): void {
    // as above
  }

  override ask(): Promise<readonly { action: string; content: { sure: boolean } }[]> {
    return Promise.resolve([{ action: 'accept', content: { sure: true } }]);
  }
}

let project: SqlProject;

beforeAll(async () => {
  project = await SqlProject.open();
});
afterAll(() => project.close());

describe('the examples of the TypeScript guide', () => {
  it.each([
    ['add', { a: 2, b: 1 }, { kind: 'value', value: 3 }],
    [
      'sales',
      { city: 'Bern' },
      { kind: 'value', value: { rows: [{ amount: 1.5 }], project: null, by: null } },
    ],
    ['remove', { name: 'Ada' }, { kind: 'value', value: 'Ada is gone' }],
    [
      'badge',
      {},
      {
        kind: 'content',
        blocks: [
          { type: 'text', text: 'Your badge' },
          { type: 'image', mimeType: 'image/svg+xml' },
        ],
      },
    ],
  ])('%s work', async (name, input, output) => {
    const endpoint = inline(example(name), { name });

    const answer = await project.call(endpoint, input, { channel: new AgreeingChannel() });

    expect(answer).toMatchObject(output);
  });
});
