import { describe, expect, it } from 'vitest';
import { LogChannel } from '../../../src/modules/cli/log-channel.js';
import { RecordingLog } from '../../fakes/recording-log.js';

describe('LogChannel', () => {
  it('writes what endpoint code tells its caller to the log', () => {
    const log = new RecordingLog();
    const channel = new LogChannel(log);

    channel.log('notice', 'hello');
    channel.log('emergency', { a: 1n }, 'mine');
    channel.progress(1, 2, 'half');
    channel.progress(2);

    expect(log.lines).toMatchObject([
      { level: 'info', logger: 'mxcp.runtime.mcp', message: 'hello' },
      { level: 'critical', logger: 'mine', message: '{"a":1}' },
      { level: 'info', logger: 'mxcp.runtime.mcp', message: 'half', fields: { done: 1, total: 2 } },
      { level: 'info', message: 'progress', fields: { done: 2 } },
    ]);
  });

  it('refuses to be asked', async () => {
    await expect(new LogChannel(new RecordingLog()).ask()).rejects.toMatchObject({
      code: 'CAPABILITY_MISSING',
    });
  });
});
