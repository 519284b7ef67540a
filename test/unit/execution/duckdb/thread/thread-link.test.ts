import { describe, expect, it } from 'vitest';
import { ExecutionFailedError } from '../../../../../src/common/errors/endpoint-errors.js';
import { toThreadError } from '../../../../../src/modules/execution/duckdb/thread/thread-error.js';
import { ThreadLink } from '../../../../../src/modules/execution/duckdb/thread/thread-link.js';
import type { ToThread } from '../../../../../src/modules/execution/duckdb/thread/thread-messages.js';

const question = { type: 'ping', engine: 1 } as const;

/** A link whose messages are kept. */
function aLink() {
  const sent: ToThread[] = [];
  return { sent, link: new ThreadLink({ postMessage: (message: ToThread) => sent.push(message) }) };
}

describe('ThreadLink', () => {
  it('gives each question its own answer', async () => {
    const { link } = aLink();
    const [first, second] = [link.valueOf(question), link.valueOf(question)];

    link.receive({ kind: 'done', id: 2, value: 'two' });
    link.receive({ kind: 'failed', id: 1, error: toThreadError(new ExecutionFailedError('no')) });

    expect(await second).toBe('two');
    await expect(first).rejects.toMatchObject({ code: 'EXECUTION_FAILED', message: 'no' });
  });

  it('gives pieces in order and asks for the next as each is taken', async () => {
    const { link, sent } = aLink();
    const answer = link.ask(question).answer();
    link.receive({ kind: 'piece', id: 1, piece: 'a' });
    link.receive({ kind: 'piece', id: 1, piece: 'b' });

    expect(await answer.next()).toEqual({ done: false, value: 'a' });
    expect(sent.map(({ kind }) => kind)).toEqual(['ask']);
    expect(await answer.next()).toEqual({ done: false, value: 'b' });
    expect(sent.map(({ kind }) => kind)).toEqual(['ask', 'next']);
    link.receive({ kind: 'done', id: 1, value: undefined });
    expect(await answer.next()).toEqual({ done: true, value: undefined });
  });

  it('aborts what is forgotten before its end, and hears no more of it', () => {
    const { link, sent } = aLink();
    const asked = link.ask(question);

    link.forget(asked);
    link.receive({ kind: 'piece', id: 1, piece: 'late' });

    expect(sent.map(({ kind }) => kind)).toEqual(['ask', 'abort']);
  });

  it('fails what was asked of a lost thread, and what is asked of it later', async () => {
    const { link } = aLink();
    const waiting = link.valueOf(question);

    link.lose();

    await expect(waiting).rejects.toMatchObject({
      code: 'WORKER_LOST',
      message: 'The database stopped before it answered',
    });
    await expect(link.valueOf(question)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
