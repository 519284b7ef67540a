import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../../src/common/domain/audit-record.js';
import { inline, TypeScriptProject } from '../../../builders/a-typescript-project.js';
import { RecordingChannel } from '../../../fakes/recording-channel.js';

const project = TypeScriptProject.shared();

const api = (names: string): string => `import { ${names} } from 'mxcp-server/runtime';\n`;

describe('mxcp-server/runtime', () => {
  it('takes anything for a text, as JavaScript passes it, and refuses what cannot be meant', async () => {
    const channel = new RecordingChannel();
    const events: AuditEvent[] = [];
    const code = `${api('addExecutionEvent, image, log')}
      export async function f() {
        await log.info(1, { logger: 2 });
        await addExecutionEvent({ startedAt: new Date(0), durationMs: '3', status: 'odd', target: 4, error: new Error('no') });
        const refused = await Promise.allSettled([
          addExecutionEvent({ startedAt: new Date(0), details: [1] }),
          (async () => image('no base64!', 'image/png'))(),
        ]);
        return refused.map(({ reason }) => reason.message);
      }`;

    expect(await project.value(code, {}, { channel, events })).toEqual([
      '`details` must be an object',
      'Data of MCP content must be bytes, or text in base64',
    ]);
    expect(channel.told).toEqual([['log', 'info', '1', '2']]);
    expect(events).toMatchObject([{ duration_ms: 3, status: 'error', target: '4', error: 'Error: no' }]);
    const blocks = `${api('image, link, resource')}export const f = () => [
      image(new Uint8Array(1), 5), resource({ uri: new URL('a:b'), mimeType: 6, text: 7 }), link({ uri: 8, name: 9 }),
    ];`;
    expect(await project.run(inline(blocks))).toEqual({
      kind: 'content',
      blocks: [
        { type: 'image', data: 'AA==', mimeType: '5' },
        { type: 'resource', uri: 'a:b', mimeType: '6', text: '7' },
        { type: 'resource_link', uri: '8', name: '9', mimeType: null },
      ],
    });
  });
});
