import { describe, expect, it } from 'vitest';
import { SessionChannel } from '../../../../src/modules/mcp/channel/session-channel.js';
import { FakeClientLink } from '../../../fakes/fake-client-link.js';

describe('RequestChannel', () => {
  it('sends progress that grows, to a client that gave a token', async () => {
    const link = new FakeClientLink({ progressToken: 'p' });
    const channel = new SessionChannel(link);

    channel.progress(0, 10);
    channel.progress(5, 10, 'half');
    channel.progress(5);
    channel.progress(4);
    channel.progress(Number.NaN);
    channel.progress(6);
    await channel.close();

    expect(link.sent).toEqual([
      { method: 'notifications/progress', params: { progressToken: 'p', progress: 0, total: 10 } },
      {
        method: 'notifications/progress',
        params: { progressToken: 'p', progress: 5, total: 10, message: 'half' },
      },
      { method: 'notifications/progress', params: { progressToken: 'p', progress: 6 } },
    ]);
  });

  it('sends no progress without a token, and no log without a level', () => {
    const link = new FakeClientLink();
    const channel = new SessionChannel(link);

    channel.progress(1);
    channel.log('emergency', 'x');

    expect(link.sent).toEqual([]);
  });

  it('sends log lines that are severe enough, digits included', () => {
    const link = new FakeClientLink({ logLevel: 'notice' });
    const channel = new SessionChannel(link);

    channel.log('info', 'no');
    channel.log('notice', { n: 9007199254740993n }, 'billing');

    expect(link.sent).toHaveLength(1);
    expect(JSON.stringify(link.sent[0])).toBe(
      '{"method":"notifications/message","params":{"level":"notice","logger":"billing","data":{"n":9007199254740993}}}',
    );
  });

  it('sends nothing after the answer', async () => {
    const link = new FakeClientLink({ progressToken: 1, logLevel: 'debug' });
    const channel = new SessionChannel(link);

    await channel.close();
    channel.progress(1);
    channel.log('info', 'late');

    expect(link.sent).toEqual([]);
  });

  it('waits for what is on its way before it is closed, also when the client has gone', async () => {
    let isSent = false;
    const link = new FakeClientLink({ logLevel: 'debug' });
    const channel = new SessionChannel(link);
    const slow = Promise.withResolvers<undefined>();
    link.notify = async () => {
      await slow.promise;
      isSent = true;
      throw new Error('gone');
    };

    channel.log('info', 'x');
    const closed = channel.close();
    slow.resolve(undefined);
    await closed;

    expect(isSent).toBe(true);
  });

  it('stops a flood', () => {
    const link = new FakeClientLink({ progressToken: 1 });
    const channel = new SessionChannel(link);

    for (let done = 1; done <= 20_000; done += 1) channel.progress(done);

    expect(link.sent).toHaveLength(10_000);
  });
});
