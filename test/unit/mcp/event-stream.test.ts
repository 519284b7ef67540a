import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventStream } from '../../../src/modules/mcp/event-stream.js';

const event = 'data: 1\n\n';

/** A stream that a test writes, and the text that went out so far. */
function aStream() {
  let sink!: ReadableStreamDefaultController<Uint8Array>;
  let isCancelled = false;
  const source = new ReadableStream<Uint8Array>({
    start: (controller) => {
      sink = controller;
    },
    cancel: () => {
      isCancelled = true;
    },
  });
  const ended = new AbortController();
  const sent: string[] = [];
  const drained = (async () => {
    for await (const chunk of eventStream(source, ended.signal)) sent.push(Buffer.from(chunk).toString());
  })();
  return { sink, sent, ended, drained, isCancelled: () => isCancelled };
}

describe('an event stream', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('opens with a comment, then sends what comes', async () => {
    const { sink, sent, drained } = aStream();
    await vi.advanceTimersByTimeAsync(0);
    expect(sent).toEqual([': open\n\n']);

    sink.enqueue(Buffer.from(event));
    sink.close();
    await drained;

    expect(sent).toEqual([': open\n\n', event]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('fills every quarter of a minute of silence with a comment, and loses nothing after it', async () => {
    const { sink, sent, ended, drained } = aStream();

    await vi.advanceTimersByTimeAsync(14_999);
    expect(sent).toEqual([': open\n\n']);
    await vi.advanceTimersByTimeAsync(15_001);
    expect(sent).toEqual([': open\n\n', ': keep-alive\n\n', ': keep-alive\n\n']);
    sink.enqueue(Buffer.from(event));
    await vi.advanceTimersByTimeAsync(14_999);

    expect(sent.slice(3)).toEqual([event]);
    ended.abort();
    await drained;
  });

  it('ends, and its source with it, when the client has gone', async () => {
    const { ended, drained, isCancelled } = aStream();
    await vi.advanceTimersByTimeAsync(20_000);

    ended.abort();
    await drained;

    expect(isCancelled()).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('passes on that its source failed', async () => {
    const { sink, drained } = aStream();
    const failed = expect(drained).rejects.toThrow('broken');

    sink.error(new Error('broken'));

    await failed;
  });
});
