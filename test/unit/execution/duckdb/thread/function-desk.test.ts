import { once } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { TypedValue } from '../../../../../src/common/domain/sql-value.js';
import { WorkerLostError } from '../../../../../src/common/errors/endpoint-errors.js';
import { FunctionDesk } from '../../../../../src/modules/execution/duckdb/thread/function-desk.js';
import { aCall } from '../../../../builders/a-call.js';
import { RecordingLog } from '../../../../fakes/recording-log.js';
import { ScriptedFunctions, textFunction } from '../../../../fakes/scripted-functions.js';

const never = new AbortController().signal;
let desk: FunctionDesk;
let thread: MessagePort;
let answered: SharedArrayBuffer;
afterEach(() => {
  desk.close();
});

function aDesk(): void {
  const { port1, port2 } = new MessageChannel();
  answered = new SharedArrayBuffer(4);
  desk = new FunctionDesk(port1, answered, new RecordingLog());
  thread = port2;
}

/** What the desk answers to a call of `f` by question 7. */
async function answerTo(columns: readonly (readonly TypedValue[])[]): Promise<unknown> {
  const answer = once(thread, 'message');
  thread.postMessage({ id: 1, question: 7, name: 'f', columns, rowCount: columns[0]!.length });
  return ((await answer) as unknown[])[0];
}

describe('FunctionDesk', () => {
  it('answers in the name of the request, and wakes the thread', async () => {
    aDesk();
    const request = aCall();
    const functions = new ScriptedFunctions({
      f: textFunction(
        (value, by) => `${value ?? ''}${by === request && desk.isAnswering(request) ? '!' : '?'}`,
      ),
    });
    desk.serve(7, { request, functions, signal: never, timeoutMs: 0 });

    expect(await answerTo([['a', 'b']])).toEqual({ id: 1, values: ['a!', 'b!'] });
    expect(new Int32Array(answered)[0]).toBe(1);
    expect(desk.isAnswering(request)).toBe(false);
  });

  it('answers a question that is over', async () => {
    aDesk();

    expect(await answerTo([['a']])).toEqual({ id: 1, failure: 'cancelled' });
  });

  it('answers at once when the call is cancelled or late, whatever the function does', async () => {
    aDesk();
    const functions = new ScriptedFunctions({
      f: textFunction(() => new Promise<string>(() => undefined)),
    });
    const caller = new AbortController();
    desk.serve(7, { request: null, functions, signal: caller.signal, timeoutMs: 0 });
    const cancelled = answerTo([['a']]);
    await vi.waitUntil(() => functions.calls.length > 0);
    caller.abort();

    expect(await cancelled).toEqual({ id: 1, failure: 'cancelled' });
    expect(functions.calls[0]?.signal.aborted).toBe(true);
    desk.serve(7, { request: null, functions, signal: never, timeoutMs: 20 });
    expect(await answerTo([['a']])).toEqual({
      id: 1,
      failure: 'The call did not finish within 20 ms and was stopped',
    });
  });

  it('does not call functions again for a question that has lost their process', async () => {
    aDesk();
    const functions = new ScriptedFunctions({
      f: textFunction(() => Promise.reject(new WorkerLostError('Python worker exited (code 7)'))),
    });
    desk.serve(7, { request: null, functions, signal: never, timeoutMs: 0 });

    const answers = [await answerTo([['a']]), await answerTo([['a']])];

    expect(answers).toEqual(answers.map(() => ({ id: 1, failure: 'Python worker exited (code 7)' })));
    expect(functions.calls).toHaveLength(1);
    expect(desk.forget(7)).toMatchObject({ message: 'Python worker exited (code 7)' });
  });

  it('answers when what a function gave cannot be sent', async () => {
    aDesk();
    const functions = new ScriptedFunctions({ f: textFunction((value) => value) });
    functions.call = () => Promise.resolve([(() => undefined) as unknown as TypedValue]);
    desk.serve(7, { request: null, functions, signal: never, timeoutMs: 0 });

    expect(await answerTo([['a']])).toEqual({ id: 1, failure: 'The plugin function could not be called' });
  });
});
