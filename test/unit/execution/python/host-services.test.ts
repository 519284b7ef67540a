import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/common/domain/json.js';
import { CallerCannotAnswerError } from '../../../../src/common/errors/caller-errors.js';
import {
  ExecutionCancelledError,
  ExecutionFailedError,
} from '../../../../src/common/errors/endpoint-errors.js';
import type { ReloadRequest } from '../../../../src/common/ports/reloader.js';
import { CallContexts } from '../../../../src/modules/execution/python/call-contexts.js';
import { HostNotices } from '../../../../src/modules/execution/python/host-notices.js';
import { HostServices } from '../../../../src/modules/execution/python/host-services.js';
import { Worker } from '../../../../src/modules/execution/python/worker.js';
import { aCall } from '../../../builders/a-call.js';
import { FakeClock } from '../../../fakes/fake-clock.js';
import { answering, failing, ScriptedDatabase } from '../../../fakes/scripted-database.js';
import { RecordingChannel } from '../../../fakes/recording-channel.js';
import { RecordingLog } from '../../../fakes/recording-log.js';
import { ScriptedLaunch } from '../../../fakes/scripted-worker.js';

const never = new AbortController().signal;
const watcher = { onAbandoned: () => undefined, onIdle: () => undefined, onLost: () => undefined };

interface Parts {
  readonly database?: ScriptedDatabase;
  readonly channel?: RecordingChannel;
  readonly reload?: ((request: ReloadRequest) => void) | null;
}

/** A worker in the middle of a call, and what its host sends back. */
function aRunningCall({
  database = new ScriptedDatabase(),
  channel = new RecordingChannel(),
  reload = null,
}: Parts = {}) {
  const log = new RecordingLog();
  const contexts = new CallContexts();
  contexts.use(database);
  const services = new HostServices(contexts, new HostNotices(contexts, log, new FakeClock()), reload);
  const launch = new ScriptedLaunch();
  const worker = new Worker(launch.launch, services, watcher);
  const request = aCall({ channel });
  const context = contexts.open(request, never);
  /** Asks in the name of the call unless told otherwise; everything that comes back. */
  const ask = async (message: JsonObject): Promise<readonly JsonObject[]> => {
    const before = launch.latest.sent.length;
    launch.latest.say({ id: 7, context: context.id, ...message });
    const answers = () => launch.latest.sent.slice(before);
    while (!answers().some(({ type }) => type === 'result' || type === 'error')) {
      await new Promise(setImmediate);
    }
    return answers();
  };
  return { ask, contexts, context, request, database, channel, log, launch, worker, services };
}

const refusal = (exception: string, text: unknown) => [
  {
    type: 'error',
    id: 7,
    error: { class: exception, text, kind: 'raised', traceback: null, file: null, line: null },
  },
];

describe('HostServices: SQL', () => {
  const column = { name: 'n', type: { name: 'BIGINT' } } as const;

  it('sends rows piece by piece, the columns with the first', async () => {
    const database = new ScriptedDatabase(
      answering({ columns: [column], rows: [[1], [2n ** 60n]] }, { columns: [column], rows: [[3]] }),
    );
    const { ask } = aRunningCall({ database });

    expect(await ask({ type: 'db_execute', sql: 'SELECT', params: { a: { $decimal: '1.0' } } })).toEqual([
      { type: 'rows', id: 7, columns: [column], rows: [[1], [2n ** 60n]] },
      { type: 'rows', id: 7, rows: [[3]] },
      { type: 'result', id: 7 },
    ]);
    expect(database.sessions[0]?.statements).toEqual([
      { sql: 'SELECT', values: { a: { sql: 'decimal', text: '1.0' } } },
    ]);
  });

  it('runs the statements of a call in one session, which ends with it', async () => {
    const { ask, contexts, context, database, request } = aRunningCall();

    await ask({ type: 'db_execute', sql: 'BEGIN', params: null });
    await ask({ type: 'db_execute', sql: 'COMMIT', params: [] });
    await contexts.end(context);

    expect(database.sessions).toHaveLength(1);
    expect(database.sessions[0]).toMatchObject({ request, isClosed: true });
  });

  it('runs what imports and hooks ask as the system', async () => {
    const { ask, contexts, database } = aRunningCall();

    await ask({ type: 'db_execute', context: 'system', sql: 'SELECT 1', params: null });
    await contexts.releaseSystem();

    expect(database.sessions[0]).toMatchObject({ request: null, isClosed: true });
  });

  it.each([
    ['Binder Error: no column x', 'BinderException'],
    ['Constraint Error: Duplicate key', 'ConstraintException'],
    ['TransactionContext Error: conflict', 'TransactionException'],
    ['Invalid Input Error: Values were not provided', 'InvalidInputException'],
    ['Out of Range Error: too large', 'OutOfRangeException'],
    ['something else', 'Error'],
  ])('names the exception of %s', async (message, exception) => {
    const { ask } = aRunningCall({
      database: new ScriptedDatabase(failing(new ExecutionFailedError(message))),
    });

    expect(await ask({ type: 'db_execute', sql: 'x', params: null })).toEqual(refusal(exception, message));
  });

  it('says that a statement was interrupted', async () => {
    const { ask } = aRunningCall({ database: new ScriptedDatabase(failing(new ExecutionCancelledError())) });

    expect(await ask({ type: 'db_execute', sql: 'x', params: null })).toEqual(
      refusal('InterruptException', 'cancelled'),
    );
  });

  it('keeps a defect of the server to itself', async () => {
    const { ask } = aRunningCall({ database: new ScriptedDatabase(failing(new TypeError('inner detail'))) });

    expect(await ask({ type: 'db_execute', sql: 'x', params: null })).toEqual(
      refusal('RuntimeError', 'The server failed; its log says why'),
    );
  });

  it('refuses SQL inside a SQL function, and while the database is closed', async () => {
    const { ask, contexts } = aRunningCall();
    const context = contexts.openForFunction(aCall());

    expect(await ask({ type: 'db_execute', context: context.id, sql: 'x', params: null })).toEqual(
      refusal('RuntimeError', expect.stringContaining('inside a SQL function')),
    );
    contexts.use(null);
    expect(await ask({ type: 'db_execute', sql: 'x', params: null })).toEqual(
      refusal('RuntimeError', 'DuckDB runtime is shutting down'),
    );
  });
});

describe('HostServices: the caller', () => {
  const question = { kind: 'form', message: 'Name?', schema: { type: 'object' } } as const;

  it('gives the answers, or says that the run must end', async () => {
    const answered = aRunningCall({
      channel: new RecordingChannel(() => Promise.resolve([{ action: 'accept' }])),
    });
    const later = aRunningCall();

    expect(await answered.ask({ type: 'ask', questions: [question] })).toEqual([
      { type: 'result', id: 7, answers: [{ action: 'accept' }] },
    ]);
    expect(answered.channel.asked).toEqual([[question]]);
    expect(await later.ask({ type: 'ask', questions: [question] })).toEqual([
      { type: 'result', id: 7, ended: true },
    ]);
  });

  it('keeps why the caller could not be asked', async () => {
    const error = new CallerCannotAnswerError('no elicitation', { elicitation: {} });
    const { ask, context } = aRunningCall({ channel: new RecordingChannel(() => Promise.reject(error)) });

    expect(await ask({ type: 'ask', questions: [question] })).toEqual(
      refusal('RuntimeError', 'no elicitation'),
    );
    expect(context.refusal).toBe(error);
  });

  it('asks nobody for imports and hooks', async () => {
    const { ask } = aRunningCall();

    expect(await ask({ type: 'ask', context: 'system', questions: [] })).toEqual(
      refusal('RuntimeError', expect.stringContaining('Nobody')),
    );
  });
});

describe('HostServices: reload', () => {
  const outside =
    'Server reference not available in context. ' +
    'This function can only be called from within MXCP server endpoints.';

  it('asks for a reload whose payload runs in the worker that asked', async () => {
    const asked: ReloadRequest[] = [];
    const { ask, launch } = aRunningCall({ reload: (request) => asked.push(request) });

    expect(await ask({ type: 'request_reload', payload: 3, description: 'new data' })).toEqual([
      { type: 'result', id: 7 },
    ]);
    expect(asked).toMatchObject([{ trigger: 'runtime', description: 'new data' }]);
    const run = asked[0]?.whileClosed?.();
    const [message = {}] = launch.latest.sentOf('run_payload');
    expect(message).toMatchObject({ payload: 3 });
    launch.latest.answer(message);
    await expect(run).resolves.toBeUndefined();
  });

  it('closes nothing for a reload without payload', async () => {
    const asked: ReloadRequest[] = [];
    const { ask } = aRunningCall({ reload: (request) => asked.push(request) });

    await ask({ type: 'request_reload', payload: null, description: '' });

    expect(asked).toEqual([{ trigger: 'runtime', description: '', whileClosed: null }]);
  });

  it('is refused outside a server, and in imports and hooks', async () => {
    const cli = aRunningCall();
    const served = aRunningCall({ reload: () => undefined });

    expect(await cli.ask({ type: 'request_reload', payload: null })).toEqual(
      refusal('RuntimeError', outside),
    );
    expect(await served.ask({ type: 'request_reload', context: 'system', payload: null })).toEqual(
      refusal('RuntimeError', outside),
    );
  });
});

describe('HostServices: requests and notices', () => {
  it('refuses requests in the name of a call that has ended, or never was', async () => {
    const { ask, contexts, context, database } = aRunningCall();
    await contexts.end(context);

    for (const id of [context.id, 'c99']) {
      expect(await ask({ type: 'db_execute', context: id, sql: 'x', params: null })).toEqual(
        refusal('RuntimeError', 'The call has ended'),
      );
    }
    expect(database.sessions).toEqual([]);
  });

  it('refuses a request that it does not know', async () => {
    expect(await aRunningCall().ask({ type: 'make_coffee' })).toMatchObject([{ type: 'error' }]);
  });

  it('tells the caller notices and progress, and drops those of ended calls', async () => {
    const { launch, context, contexts, channel } = aRunningCall();
    const say = (message: JsonObject) => {
      launch.latest.say({ context: context.id, ...message });
    };

    say({ type: 'notice', level: 'warning', data: { a: 1 }, logger: 'mine' });
    say({ type: 'notice', level: 'info', data: 'x', logger: null });
    say({ type: 'progress', done: 1, total: 2, message: 'half' });
    say({ type: 'progress', done: 2, total: null, message: null });
    await contexts.end(context);
    say({ type: 'progress', done: 3, total: null, message: null });

    expect(channel.told).toEqual([
      ['log', 'warning', { a: 1 }, 'mine'],
      ['log', 'info', 'x', undefined],
      ['progress', 1, 2, 'half'],
      ['progress', 2, undefined, undefined],
    ]);
  });

  it("adds events to the call's audit record", () => {
    const { launch, context, request } = aRunningCall();
    const event = {
      kind: 'external',
      started_at: '2026-03-02T09:15:04.812000Z',
      duration_ms: 12,
      status: 'error',
      target: 'crm',
      operation: null,
      summary: null,
      error: 'timeout',
      details: { attempts: 3 },
    };

    launch.latest.say({ type: 'audit_event', context: context.id, event });

    expect(request.events).toEqual([event]);
  });

  it("writes Python's log lines under its own logger, bounded in length and rate", () => {
    const { launch, context, log } = aRunningCall();
    const say = (message: JsonObject) => {
      launch.latest.say({ type: 'log', level: 'info', context: null, ...message });
    };

    say({ logger: 'shop.orders', message: 'hello', context: context.id, level: 'error' });
    say({ logger: 'root', message: 'x'.repeat(5000) });
    for (let count = 0; count < 500; count += 1) say({ logger: 'root', message: 'again' });

    expect(log.lines[0]).toMatchObject({
      level: 'error',
      logger: 'python.shop.orders',
      message: 'hello',
      fields: { correlationId: 'call-1' },
    });
    expect(log.lines[1]).toMatchObject({ logger: 'python', fields: { correlationId: undefined } });
    expect(log.lines[1]?.message).toHaveLength(4097);
    expect(log.lines).toHaveLength(200);
  });

  it('finds a notice of unknown type unreadable', () => {
    const { launch, context } = aRunningCall();

    expect(() => {
      launch.latest.say({ type: 'smoke', context: context.id });
    }).toThrow('Unreadable message');
  });
});
