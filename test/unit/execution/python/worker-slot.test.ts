import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EndpointCodeError } from '../../../../src/common/errors/server-errors.js';
import type { Worker } from '../../../../src/modules/execution/python/worker.js';
import { WorkerPool } from '../../../../src/modules/execution/python/worker-pool.js';
import { WorkerSlot } from '../../../../src/modules/execution/python/worker-slot.js';
import { FakeClock } from '../../../fakes/fake-clock.js';
import { RecordingLog } from '../../../fakes/recording-log.js';
import { ScriptedLaunch, answerStart } from '../../../fakes/scripted-worker.js';

const silentHost = { answer: () => undefined, notice: () => undefined };
const never = new AbortController().signal;

/** A slot whose workers start as told, and the pool that holds it alone. */
function aSlot(start: (worker: Worker) => Promise<unknown> = (worker) => worker.request('configure')) {
  const launch = new ScriptedLaunch();
  const log = new RecordingLog();
  const clock = new FakeClock();
  const starts: string[] = [];
  const slot = new WorkerSlot(
    launch.launch,
    silentHost,
    {
      async prepare(worker) {
        starts.push('prepare');
        await start(worker);
      },
      async finish(worker) {
        starts.push('finish');
        await worker.request('run_hooks');
      },
    },
    log,
    clock,
  );
  return { slot, launch, log, clock, starts, pool: new WorkerPool([slot]) };
}

async function aServingSlot() {
  const parts = aSlot();
  await parts.pool.boot();
  await parts.pool.finish();
  return parts;
}

/** Lets timers up to a time run, and what they start. */
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('WorkerSlot', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('can run plugin functions before it takes calls', async () => {
    const { slot, pool, starts } = aSlot();

    await pool.boot();
    expect(starts).toEqual(['prepare']);
    expect(await pool.forFunction()).toBe(slot.prepared);
    expect(slot.serving).toBeNull();
    await pool.finish();

    expect(slot.serving).not.toBeNull();
  });

  it('starts the next worker at once when one is lost, through the whole start', async () => {
    const { launch, pool, starts, log } = await aServingSlot();

    launch.latest.end('signal SIGKILL');
    const call = pool.acquire(never);

    await expect(call).resolves.toMatchObject({ isAlive: true });
    expect(launch.workers).toHaveLength(2);
    expect(starts).toEqual(['prepare', 'finish', 'prepare', 'finish']);
    expect(log.lines).toMatchObject([{ level: 'error', message: expect.stringContaining('signal SIGKILL') }]);
  });

  it('cannot run anything from a restart that failed to one that did not', async () => {
    let isBroken = false;
    const { launch, pool, slot } = aSlot((worker) =>
      isBroken ? Promise.reject(new EndpointCodeError('broken')) : worker.request('configure'),
    );
    await pool.boot();
    await pool.finish();
    isBroken = true;
    launch.latest.end('code 1');
    expect(pool.canRun()).toBe(true);

    await expect(slot.ready()).rejects.toThrow('broken');
    expect(pool.canRun()).toBe(false);
    isBroken = false;
    await pass(1000);

    expect(pool.canRun()).toBe(true);
  });

  it('lets a plugin function wait for the restart, but not for imports and hooks', async () => {
    const { launch, pool, slot } = await aServingSlot();
    launch.latest.end('signal SIGKILL');

    const worker = await pool.forFunction();

    expect(worker.isAlive).toBe(true);
    expect(slot.serving).toBeNull();
    await expect(slot.ready()).resolves.toBe(worker);
  });

  it('lets a call wait for the restart until its own deadline', async () => {
    const { launch, pool, slot } = await aServingSlot();
    launch.latest.end('code 1');
    await slot.ready();
    launch.latest.end('code 1');
    const caller = new AbortController();

    const call = pool.acquire(caller.signal);
    caller.abort();

    await expect(call).rejects.toMatchObject({ code: 'EXECUTION_CANCELLED' });
  });

  it('restarts one that ends again and again after pauses of at most a second', async () => {
    const { launch, slot, clock } = await aServingSlot();
    for (let loss = 0; loss < 8; loss += 1) {
      launch.latest.end('code 1');
      await pass(1000);
      expect(slot.serving).not.toBeNull();
    }
    launch.latest.end('code 1');
    await pass(900);
    expect(slot.serving).toBeNull();
    await pass(100);

    clock.advance(5000);
    launch.latest.end('code 1');
    await pass(0);
    expect(slot.serving).not.toBeNull();
  });

  it('fails calls with the reason while it cannot start, and goes on trying', async () => {
    let isBroken = false;
    const { launch, slot, pool } = aSlot((worker) => {
      if (isBroken) return Promise.reject(new EndpointCodeError('no plugin'));
      return worker.request('configure');
    });
    await pool.boot();
    await pool.finish();
    isBroken = true;
    launch.latest.end('code 1');

    await expect(pool.acquire(never)).rejects.toThrow('no plugin');
    await pass(0);
    await expect(pool.acquire(never)).rejects.toThrow('no plugin');
    expect(launch.workers.every((worker) => worker.isEnded)).toBe(true);
    isBroken = false;
    await pass(2000);

    expect(slot.serving).not.toBeNull();
    await expect(pool.acquire(never)).resolves.toBe(slot.serving);
  });

  it('says so when the system starts no process, and goes on trying', async () => {
    const { slot, launch, pool, log } = await aServingSlot();
    const refusing = vi.spyOn(launch, 'start').mockImplementation(() => {
      throw new Error('EMFILE');
    });
    launch.latest.end('code 1');
    await pass(0);

    await expect(pool.acquire(never)).rejects.toThrow('Python worker could not be started');
    expect(log.lines.at(-1)?.error).toMatchObject({ code: 'WORKER_LOST', cause: { message: 'EMFILE' } });
    refusing.mockRestore();
    await pass(1000);
    expect(slot.serving).not.toBeNull();
  });

  it('waits longer and longer between failing starts, half a minute at most', async () => {
    const { launch, slot, pool } = aSlot((worker) =>
      launch.workers.length > 1 ? Promise.reject(new EndpointCodeError('no')) : worker.request('configure'),
    );
    await pool.boot();
    await pool.finish();
    launch.latest.end('code 1');
    await pass(10 * 60_000);

    expect(launch.workers.length).toBeGreaterThan(20);
    expect(launch.workers.length).toBeLessThan(30);
    slot.close();
  });

  it('keeps a worker that holds a cancelled call but can still work', async () => {
    const { launch, slot } = await aServingSlot();
    await cancelledCall(slot);

    await pass(60_000);

    expect(launch.workers).toHaveLength(1);
    expect(launch.latest.sentOf('ping').length).toBeGreaterThan(5);
  });

  it('asks no more once the cancelled call has ended', async () => {
    const { launch, slot } = await aServingSlot();
    await cancelledCall(slot);
    const [call = {}] = launch.latest.sentOf('call');
    launch.latest.fail(call, { kind: 'cancelled' });

    await pass(60_000);

    expect(launch.latest.sentOf('ping')).toEqual([]);
  });

  it('replaces a stuck worker, and kills it once nobody waits for it any more', async () => {
    const launch = new ScriptedLaunch((message, worker) => {
      if (message['type'] !== 'ping') answerStart(message, worker);
    });
    const { slot, pool } = slotOf(launch);
    await pool.boot();
    await pool.finish();
    const stuck = launch.latest;
    const other = slot.serving?.call({}, never);
    await cancelledCall(slot);

    await pass(10_000);
    expect(launch.workers).toHaveLength(2);
    expect(slot.serving?.load).toBe(0);
    expect(stuck.isEnded).toBe(false);

    const [first = {}] = stuck.sentOf('call');
    stuck.answer(first, { value: 'late but not lost' });
    await expect(other).resolves.toEqual({ kind: 'value', value: 'late but not lost' });
    expect(stuck.isKilled).toBe(true);
    await pass(60_000);
    expect(launch.workers).toHaveLength(2);
  });

  it('replaces a worker that does not even read while it has calls, though nobody cancels them', async () => {
    const launch = new ScriptedLaunch((message, worker) => {
      if (message['only_reader'] !== true) answerStart(message, worker);
    });
    const { pool, slot, log } = slotOf(launch);
    await pool.boot();
    await pool.finish();
    await pass(60_000);
    expect(launch.workers).toHaveLength(1);

    const frozen = launch.latest;
    const call = slot.serving?.call({}, never);
    await pass(26_000);
    expect(launch.workers).toHaveLength(2);
    expect(log.lines.map(({ message }) => message)).toEqual([
      'Python worker does not answer; another takes its place',
    ]);

    // awake again, it first answers what it was asked about itself
    for (const ping of frozen.sentOf('ping')) frozen.answer(ping, {});
    expect(frozen.isKilled).toBe(false);
    const [asked = {}] = frozen.sentOf('call');
    frozen.answer(asked, { value: 'awake again' });
    await expect(call).resolves.toEqual({ kind: 'value', value: 'awake again' });
    expect(frozen.isKilled).toBe(true);
  });

  it('leaves a worker alone that reads, however long its calls take', async () => {
    const { launch, slot } = await aServingSlot();
    void slot.serving?.call({}, never);

    await pass(300_000);

    expect(launch.workers).toHaveLength(1);
  });

  it('ends every worker, and starts none after that', async () => {
    const { launch, slot } = await aServingSlot();

    await slot.exit(1000);
    await pass(60_000);

    expect(launch.workers).toHaveLength(1);
    expect(launch.latest.isEnded).toBe(true);
    await expect(slot.ready()).rejects.toMatchObject({ code: 'WORKER_LOST' });
  });
});

describe('WorkerPool', () => {
  it('gives a call to the worker with the fewest', async () => {
    const slots = [aSlot().slot, aSlot().slot];
    const pool = new WorkerPool(slots);
    await pool.boot();
    await pool.finish();
    const [first, second] = slots;

    const busy = first?.serving?.call({}, never);
    busy?.catch(() => undefined);

    await expect(pool.acquire(never)).resolves.toBe(second?.serving);
    await pool.exit(0);
  });
});

function slotOf(launch: ScriptedLaunch) {
  const log = new RecordingLog();
  const slot = new WorkerSlot(
    launch.launch,
    silentHost,
    {
      prepare: (worker) => worker.request('configure').then(() => undefined),
      finish: (worker) => worker.request('run_hooks').then(() => undefined),
    },
    log,
    new FakeClock(),
  );
  return { slot, log, pool: new WorkerPool([slot]) };
}

async function cancelledCall(slot: WorkerSlot): Promise<void> {
  const caller = new AbortController();
  const call = slot.serving?.call({}, caller.signal);
  caller.abort();
  await expect(call).rejects.toMatchObject({ code: 'EXECUTION_CANCELLED' });
}
