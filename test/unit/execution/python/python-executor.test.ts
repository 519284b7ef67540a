import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../../../../src/common/domain/endpoint.js';
import type { JsonObject } from '../../../../src/common/domain/json.js';
import { CallerCannotAnswerError } from '../../../../src/common/errors/caller-errors.js';
import { CallContexts } from '../../../../src/modules/execution/python/call-contexts.js';
import { HostNotices } from '../../../../src/modules/execution/python/host-notices.js';
import { HostServices } from '../../../../src/modules/execution/python/host-services.js';
import { PythonExecutor } from '../../../../src/modules/execution/python/python-executor.js';
import { WorkerPool } from '../../../../src/modules/execution/python/worker-pool.js';
import { WorkerSlot } from '../../../../src/modules/execution/python/worker-slot.js';
import { aCall } from '../../../builders/a-call.js';
import { anEndpoint } from '../../../builders/an-endpoint.js';
import { aParameter } from '../../../builders/a-type-node.js';
import { FakeClock } from '../../../fakes/fake-clock.js';
import { RecordingChannel } from '../../../fakes/recording-channel.js';
import { RecordingLog } from '../../../fakes/recording-log.js';
import { RecordingMetrics } from '../../../fakes/recording-metrics.js';
import { ScriptedDatabase } from '../../../fakes/scripted-database.js';
import { answerStart, ScriptedLaunch, type ScriptedWorker } from '../../../fakes/scripted-worker.js';

type OnCall = (message: JsonObject, worker: ScriptedWorker) => void;

/** An executor over one worker that treats calls as the test says. */
async function anExecutor(onCall: OnCall = () => undefined) {
  const launch = new ScriptedLaunch((message, worker) => {
    if (message['type'] === 'call' || message['type'] === 'inspect') onCall(message, worker);
    else answerStart(message, worker);
  });
  const log = new RecordingLog();
  const metrics = new RecordingMetrics();
  const contexts = new CallContexts();
  const database = new ScriptedDatabase();
  contexts.use(database);
  const host = new HostServices(contexts, new HostNotices(contexts, log, new FakeClock()), null);
  const start = {
    prepare: () => Promise.resolve(),
    finish: () => Promise.resolve(),
  };
  const pool = new WorkerPool([new WorkerSlot(launch.launch, host, start, log, new FakeClock())]);
  await pool.boot();
  await pool.finish();
  const executor = new PythonExecutor(pool, contexts, log, metrics, '/project');
  return { executor, launch, log, metrics, contexts, database };
}

const aPythonEndpoint = (overrides: Partial<Endpoint> = {}) =>
  anEndpoint({
    language: 'python',
    source: { kind: 'file', path: '/project/python/kit.py', code: null },
    ...overrides,
  });

function execution(overrides: { signal?: AbortSignal; call?: Parameters<typeof aCall>[0] } = {}) {
  return {
    request: aCall(overrides.call),
    limits: { rows: 10, bytes: 1000, timeoutMs: 0 },
    signal: overrides.signal ?? new AbortController().signal,
  };
}

const answering =
  (members: JsonObject): OnCall =>
  (message, worker) => {
    worker.answer(message, members);
  };
const failing =
  (error: JsonObject): OnCall =>
  (message, worker) => {
    worker.fail(message, error);
  };

describe('PythonExecutor', () => {
  it('calls the function with tagged arguments, bounds and context', async () => {
    const { executor, launch, metrics } = await anExecutor(answering({ value: [1] }));
    const endpoint = aPythonEndpoint({ parameters: [aParameter('day', 'string', { format: 'date' })] });

    await expect(executor.execute(endpoint, { day: '2024-01-31' }, execution())).resolves.toEqual({
      kind: 'value',
      value: [1],
    });
    expect(launch.latest.sentOf('call')).toEqual([
      {
        type: 'call',
        id: 1,
        endpoint: 'echo',
        kind: 'tool',
        name: 'echo',
        path: '/project/python/kit.py',
        code: null,
        arguments: { day: { $date: '2024-01-31' } },
        context: expect.objectContaining({ id: 'c1', transport: 'streamable-http' }),
        max_bytes: 1000,
        max_items: 10,
        channel: true,
      },
    ]);
    expect(metrics.pythonRuns).toEqual([{ type: 'file', status: 'success' }]);
  });

  it('sends inline code itself', async () => {
    const { executor, launch, metrics } = await anExecutor(answering({ value: 1 }));

    await executor.execute(
      aPythonEndpoint({ source: { kind: 'inline', code: 'return 1' } }),
      {},
      execution(),
    );

    expect(launch.latest.sentOf('call')).toMatchObject([{ path: null, code: 'return 1' }]);
    expect(metrics.pythonRuns).toEqual([{ type: 'inline', status: 'success' }]);
  });

  it('fails without asking the worker when the file is not there', async () => {
    const { executor, launch } = await anExecutor();
    const source = { kind: 'file', path: '/x.py', code: null, failure: 'Python source file not found: x.py' };

    await expect(
      executor.execute(aPythonEndpoint({ source: source as Endpoint['source'] }), {}, execution()),
    ).rejects.toThrow('Python source file not found: x.py');
    expect(launch.latest.sentOf('call')).toEqual([]);
  });

  describe('bytes', () => {
    const bytes = (text: string) => answering({ bytes: Buffer.from(text, 'latin1').toString('base64') });

    it('are text where they are UTF-8, else base64', async () => {
      const text = await anExecutor(bytes('hi'));
      const binary = await anExecutor(bytes('\xff\x00'));

      await expect(text.executor.execute(aPythonEndpoint(), {}, execution())).resolves.toEqual({
        kind: 'value',
        value: 'hi',
      });
      await expect(binary.executor.execute(aPythonEndpoint(), {}, execution())).resolves.toEqual({
        kind: 'value',
        value: '/wA=',
      });
    });

    it('are the blob of a resource without return type', async () => {
      const { executor } = await anExecutor(bytes('hi'));
      const endpoint = aPythonEndpoint({ kind: 'resource', mimeType: 'image/png' });

      await expect(
        executor.execute(endpoint, {}, execution({ call: { kind: 'resource', target: 'logo://1' } })),
      ).resolves.toEqual({
        kind: 'content',
        blocks: [{ type: 'resource', uri: 'logo://1', mimeType: 'image/png', blob: 'aGk=' }],
      });
    });
  });

  describe('failures', () => {
    const messageOf = async (error: JsonObject) => {
      const { executor } = await anExecutor(failing(error));
      return executor.execute(aPythonEndpoint(), {}, execution()).then(
        () => 'none',
        (failure: unknown) => (failure as Error).message,
      );
    };

    it("gives the caller the exception's own text, the author file and line in the log", async () => {
      const { executor, log, metrics } = await anExecutor(
        failing({ class: 'KeyError', text: "'k'", file: '/project/python/kit.py', line: 12 }),
      );

      await expect(executor.execute(aPythonEndpoint(), {}, execution())).rejects.toMatchObject({
        code: 'EXECUTION_FAILED',
        message: "'k'",
      });
      expect(log.lines).toEqual([
        {
          level: 'error',
          logger: 'python',
          message: 'Python endpoint echo failed',
          fields: { correlationId: 'call-1', exception: 'KeyError', file: 'python/kit.py', line: 12 },
          error: undefined,
        },
      ]);
      expect(metrics.pythonRuns).toEqual([{ type: 'file', status: 'error' }]);
    });

    it('logs the traceback as the stack of the error, where there is one', async () => {
      const { executor, log } = await anExecutor(
        failing({ class: 'ValueError', text: 'no', traceback: 'Traceback (most recent call last): …' }),
      );

      await executor.execute(aPythonEndpoint(), {}, execution()).catch(() => undefined);

      expect(log.lines[0]?.error).toMatchObject({
        name: 'ValueError',
        stack: 'Traceback (most recent call last): …',
      });
    });

    it('names the class of an exception without text', async () => {
      expect(await messageOf({ class: 'ValueError', text: '' })).toBe('ValueError');
    });

    it('shows no path of the machine where the text is ours', async () => {
      const text = "Function 'f' not found in /project/python/kit.py";

      expect(await messageOf({ kind: 'missing', text })).toBe("Function 'f' not found in python/kit.py");
    });

    it('cuts a huge text and repairs a broken one', async () => {
      expect(await messageOf({ text: 'x'.repeat(100_000) })).toHaveLength(10_001);
      expect(await messageOf({ text: 'a\ud800b' })).toBe('a\ufffdb');
    });

    it.each([
      ['items', 'more than the 10 rows allowed'],
      ['bytes', 'more than the 1000 bytes allowed'],
    ])('says how to narrow a call with too many %s', async (word, expected) => {
      const { executor } = await anExecutor(
        failing({ kind: 'too_large', text: `The result has more than 10 ${word}` }),
      );

      await expect(executor.execute(aPythonEndpoint(), {}, execution())).rejects.toMatchObject({
        code: 'OUTPUT_TOO_LARGE',
        message: expect.stringContaining(expected),
      });
    });

    it('tells a caller that cannot be asked which capability it lacks', async () => {
      const error = new CallerCannotAnswerError('cannot be asked', { elicitation: {} });
      const { executor } = await anExecutor((call, worker) => {
        const { id } = call['context'] as JsonObject;
        worker.say({ type: 'ask', id: 1, context: id ?? null, questions: [] });
        setImmediate(() => {
          worker.fail(call, { class: 'RuntimeError', text: 'cannot be asked' });
        });
      });
      const channel = new RecordingChannel(() => Promise.reject(error));

      await expect(executor.execute(aPythonEndpoint(), {}, execution({ call: { channel } }))).rejects.toBe(
        error,
      );
    });

    it('says that the worker was lost', async () => {
      const { executor } = await anExecutor((_message, worker) => {
        worker.end('code 3');
      });

      await expect(executor.execute(aPythonEndpoint(), {}, execution())).rejects.toMatchObject({
        code: 'WORKER_LOST',
        message: 'Python worker exited (code 3)',
      });
    });
  });

  it('ends the context of a call with it, and its session', async () => {
    const { executor, contexts, database } = await anExecutor((call, worker) => {
      const { id } = call['context'] as JsonObject;
      worker.say({ type: 'db_execute', id: 1, context: id ?? null, sql: 'SELECT 1', params: null });
      setImmediate(() => {
        worker.answer(call, { value: 1 });
      });
    });

    await executor.execute(aPythonEndpoint(), {}, execution());

    expect(database.sessions).toMatchObject([{ isClosed: true }]);
    expect(contexts.find('c1')).toBeNull();
  });

  it('answers a cancelled call at once, tells the worker and interrupts its SQL', async () => {
    const { executor, launch, database } = await anExecutor((call, worker) => {
      const { id } = call['context'] as JsonObject;
      worker.say({ type: 'db_execute', id: 1, context: id ?? null, sql: 'SELECT 1', params: null });
    });
    const caller = new AbortController();
    const call = executor.execute(aPythonEndpoint(), {}, execution({ signal: caller.signal }));
    await new Promise(setImmediate);

    caller.abort();

    await expect(call).rejects.toMatchObject({ code: 'EXECUTION_CANCELLED' });
    expect(launch.latest.sentOf('cancel')).toHaveLength(1);
    expect(database.sessions).toMatchObject([{ isClosed: true }]);
  });

  describe('check', () => {
    it('warns with the line of the Python file', async () => {
      const { executor, launch } = await anExecutor(
        answering({
          problems: [
            { message: 'takes no parameter q', line: 4 },
            { message: 'odd', line: null },
          ],
        }),
      );
      const endpoint = aPythonEndpoint({ parameters: [aParameter('q', 'string')] });

      expect(await executor.check(endpoint)).toMatchObject([
        {
          file: 'tools/echo.yml',
          severity: 'warning',
          message: 'python/kit.py:4: takes no parameter q',
        },
        { message: 'python/kit.py: odd' },
      ]);
      expect(launch.latest.sentOf('inspect')).toMatchObject([
        { path: '/project/python/kit.py', kind: 'tool', name: 'echo', parameters: ['q'] },
      ]);
    });

    it('says nothing of inline code and of files that are not there', async () => {
      const { executor } = await anExecutor();
      const missing = { kind: 'file', path: '/x.py', code: null, failure: 'gone' } as const;

      expect(await executor.check(aPythonEndpoint({ source: { kind: 'inline', code: 'return 1' } }))).toEqual(
        [],
      );
      expect(await executor.check(aPythonEndpoint({ source: missing }))).toEqual([]);
    });
  });
});
