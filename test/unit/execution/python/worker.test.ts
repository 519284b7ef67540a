import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/common/domain/json.js';
import { ExecutionCancelledError } from '../../../../src/common/errors/endpoint-errors.js';
import { Worker } from '../../../../src/modules/execution/python/worker.js';
import { ScriptedLaunch, type ScriptedWorker } from '../../../fakes/scripted-worker.js';

type Script = (message: JsonObject, worker: ScriptedWorker) => void;

function aWorker(script: Script = () => undefined) {
  const launch = new ScriptedLaunch(script);
  const events: string[] = [];
  const asked: JsonObject[] = [];
  const worker = new Worker(
    launch.launch,
    {
      answer: (message) => asked.push(message),
      notice: (message) => asked.push(message),
    },
    {
      onAbandoned: () => events.push('abandoned'),
      onIdle: () => events.push('idle'),
      onLost: (_worker, how) => events.push(`lost ${how}`),
    },
  );
  return { worker, process: launch.latest, events, asked };
}

const never = new AbortController().signal;
const answering =
  (members: JsonObject): Script =>
  (message, process) => {
    process.answer(message, members);
  };

describe('Worker', () => {
  it('gives each request its own answer, in whatever order they come', async () => {
    const { worker, process } = aWorker();
    const first = worker.request('inspect', { path: 'a' });
    const second = worker.request('inspect', { path: 'b' });

    const [a = {}, b = {}] = process.sent;
    process.answer(b, { problems: ['b'] });
    process.answer(a, { problems: ['a'] });

    await expect(first).resolves.toMatchObject({ problems: ['a'] });
    await expect(second).resolves.toMatchObject({ problems: ['b'] });
    expect(worker.load).toBe(0);
  });

  it('leaves a plugin function behind that nobody waits for', async () => {
    const { worker, process, events } = aWorker();
    const caller = new AbortController();
    const values = worker.runFunction({ function: 'f' }, caller.signal);
    caller.abort();

    await expect(values).rejects.toThrow(ExecutionCancelledError);
    expect(worker).toMatchObject({ load: 0, abandoned: 1 });
    expect(events).toEqual(['idle', 'abandoned']);
    expect(process.sentOf('cancel')).toEqual([]);
    process.answer(process.sent[0]!, { values: [] });
    expect(worker.abandoned).toBe(0);
  });

  it('reads a value, bytes, content and questions', async () => {
    const endOf = (members: JsonObject) => aWorker(answering(members)).worker.call({}, never);

    await expect(endOf({ value: null })).resolves.toEqual({ kind: 'value', value: null });
    await expect(endOf({ bytes: 'AA==' })).resolves.toEqual({ kind: 'bytes', base64: 'AA==' });
    await expect(
      endOf({ content: [{ type: 'text', text: 'x', annotations: { priority: 1 } }] }),
    ).resolves.toEqual({
      kind: 'content',
      blocks: [{ type: 'text', text: 'x', annotations: { priority: 1 } }],
    });
    await expect(endOf({ ask: [{ kind: 'url', message: 'm', url: 'u:' }] })).resolves.toEqual({
      kind: 'ask',
      questions: [{ kind: 'url', message: 'm', url: 'u:' }],
    });
  });

  it('joins a list that comes in parts', async () => {
    const { worker } = aWorker((message, process) => {
      process.say({ type: 'part', id: message['id'] ?? null, items: [1, 2] });
      process.say({ type: 'part', id: message['id'] ?? null, items: [[3]] });
      process.answer(message, { parts: 2 });
    });

    await expect(worker.call({}, never)).resolves.toEqual({ kind: 'value', value: [1, 2, [3]] });
  });

  it("fails a request with the worker's error", async () => {
    const { worker } = aWorker((message, process) => {
      process.fail(message, { class: 'KeyError', text: "'k'", file: '/p/a.py', line: 3, traceback: 'T' });
    });

    await expect(worker.call({}, never)).rejects.toMatchObject({
      code: 'EXECUTION_FAILED',
      message: "'k'",
      exception: 'KeyError',
      kind: 'raised',
      place: { file: '/p/a.py', line: 3 },
      traceback: 'T',
    });
  });

  it('fails a call whose content cannot be read, and only that', async () => {
    const { worker, process } = aWorker(answering({ content: [{ type: 'smell' }] }));

    await expect(worker.call({}, never)).rejects.toMatchObject({ code: 'WORKER_LOST' });
    expect(process.isKilled).toBe(false);
  });

  it('answers a cancelled call at once and tells the worker', async () => {
    const { worker, process, events } = aWorker();
    const caller = new AbortController();
    const call = worker.call({}, caller.signal);

    caller.abort();

    await expect(call).rejects.toMatchObject({ code: 'EXECUTION_CANCELLED' });
    expect(process.sentOf('cancel')).toEqual([{ type: 'cancel', request: 1 }]);
    expect(worker).toMatchObject({ load: 0, abandoned: 1 });
    expect(events).toEqual(['idle', 'abandoned']);
  });

  it('takes the late answer of a cancelled call, and its parts, without a word', async () => {
    const { worker, process } = aWorker();
    const caller = new AbortController();
    const call = worker.call({}, caller.signal);
    caller.abort();
    await call.catch(() => undefined);

    process.say({ type: 'part', id: 1, items: [1] });
    process.say({ type: 'result', id: 1, parts: 1 });

    expect(worker.abandoned).toBe(0);
  });

  it('does not cancel what has been answered', async () => {
    const { worker, process } = aWorker(answering({ value: 1 }));
    const caller = new AbortController();
    await worker.call({}, caller.signal);

    caller.abort();

    expect(process.sentOf('cancel')).toEqual([]);
  });

  it('fails every request when the process ends, and those that come later', async () => {
    const { worker, process, events } = aWorker();
    const requests = [worker.call({}, never), worker.request('functions')];

    process.end('signal SIGKILL');

    for (const request of [...requests, worker.request('inspect')]) {
      await expect(request).rejects.toMatchObject({
        code: 'WORKER_LOST',
        message: 'Python worker exited (signal SIGKILL)',
      });
    }
    expect(events).toEqual(['lost signal SIGKILL']);
    expect(worker).toMatchObject({ load: 0, isAlive: false });
  });

  it('hands requests and notices of the process to its host', () => {
    const { process, asked } = aWorker();

    process.say({ type: 'db_execute', id: 1, sql: 'x' });
    process.say({ type: 'log', message: 'x' });

    expect(asked.map((message) => message['type'])).toEqual(['db_execute', 'log']);
  });

  it('tells of answers to nothing by throwing, which ends the process', () => {
    const { process } = aWorker();

    expect(() => {
      process.say({ type: 'result', id: 9 });
    }).toThrow('Unreadable message');
    expect(() => {
      process.say({ type: 'part', id: 9, items: [] });
    }).toThrow('Unreadable message');
    expect(() => {
      process.say({});
    }).toThrow('Unreadable message');
  });

  it('finds a worker that answers responsive, and one that does not, or is gone, not', async () => {
    expect(await aWorker(answering({})).worker.isResponsive(1000)).toBe(true);
    expect(await aWorker().worker.isResponsive(5)).toBe(false);
    const { worker, process } = aWorker();
    process.end('code 1');
    expect(await worker.isResponsive(5)).toBe(false);
  });

  it('kills a process that does not end by itself', async () => {
    const polite = aWorker((message, process) => {
      if (message['type'] === 'exit') process.end('code 0');
    });
    await polite.worker.exit(1000);
    expect(polite.process.isKilled).toBe(false);

    const deaf = aWorker();
    await deaf.worker.exit(5);
    expect(deaf.process.isKilled).toBe(true);
  });
});
