import { WorkerLostError } from '../../../common/errors/endpoint-errors.js';
import { AppError } from '../../../common/errors/app-error.js';
import type { Clock } from '../../../common/ports/clock.js';
import type { Log } from '../../../common/ports/log.js';
import { Worker, type WorkerHost, type WorkerWatcher } from './worker.js';
import type { Launch } from './worker-link.js';

/** What a new worker goes through before it takes calls. */
export interface WorkerStart {
  /** Configuration and plugins; afterwards the worker can run plugin functions. */
  prepare(worker: Worker): Promise<void>;
  /** Imports and start hooks; they may run SQL. */
  finish(worker: Worker): Promise<void>;
}

/** How long a cancelled call may go on before it is asked whether its worker can still work, and for that answer. */
const PATIENCE_MS = 5000;
/** A worker with calls is asked this often whether it runs at all, and given this long to say so. */
const HEARTBEAT_MS = 5000;
const FROZEN_MS = 20_000;
/** A worker that lived so long is replaced at once. */
const HEALTHY_MS = 5000;
const RESTART_LIMIT_MS = 1000;
const RETRY_LIMIT_MS = 30_000;

/**
 * A place for one worker, which is refilled for as long as the slot is open.
 *
 * - A worker that ends takes its calls with it. The next one is started at once; one that ends again and again
 *   is started after growing pauses of at most a second.
 * - While a start is under way, calls wait for it. When it fails, they fail with its reason, and so do those that
 *   come until the next attempt, after growing pauses of at most half a minute.
 * - A worker is stuck when a cancelled call or plugin function goes on in it and its event loop or one of its
 *   thread pools does not answer: a coroutine that blocks, or functions that hold every thread. A stuck worker gets no more calls
 *   and another takes its place; it is killed once nobody waits for it. So the calls that it still runs are not
 *   hurt by being beside a bad one, and one cancelled call alone costs no worker and none of its module state.
 * - A worker with calls that does not even read is frozen: stopped, or in native code that lets no other thread
 *   run. It is treated like a stuck one, without waiting for a call to be cancelled.
 */
export class WorkerSlot implements WorkerWatcher {
  #prepared: Worker | null = null;
  #serving: Worker | null = null;
  #servingSinceMs = 0;
  #attempt: Promise<Worker> | null = null;
  /** The first part of the attempt: its worker, once it can run plugin functions. */
  #preparation: Promise<Worker> | null = null;
  #failure: AppError | null = null;
  #failures = 0;
  #isClosed = false;
  #retry: NodeJS.Timeout | null = null;
  #heartbeat: NodeJS.Timeout | null = null;
  readonly #alive = new Set<Worker>();
  /** Those whose cancelled calls are looked after. */
  readonly #watched = new Set<Worker>();
  /** Those that are stuck and go once nobody waits for them. */
  readonly #retired = new Set<Worker>();

  constructor(
    private readonly launch: Launch,
    private readonly host: WorkerHost,
    private readonly start: WorkerStart,
    private readonly log: Log,
    private readonly clock: Clock,
  ) {}

  /** The worker that takes calls; null while there is none. */
  get serving(): Worker | null {
    return this.#serving;
  }

  /** True from a restart that failed to one that did not. */
  get hasFailed(): boolean {
    return this.#failure !== null;
  }

  /** A worker that can run plugin functions, perhaps one that is still starting. */
  get prepared(): Worker | null {
    return this.#serving ?? this.#prepared;
  }

  /** Starts the first worker, as far as it can be without a database. @throws what the start throws */
  async boot(): Promise<Worker> {
    const worker = this.#spawn();
    await this.start.prepare(worker);
    this.#prepared = worker;
    return worker;
  }

  /** Completes the start of the booted worker. @throws what the start throws */
  async finish(worker: Worker): Promise<void> {
    await this.start.finish(worker);
    if (!worker.isAlive) throw new WorkerLostError('Python worker exited while it started; the log says why');
    this.#serve(worker);
  }

  /**
   * The worker that takes calls, once a start that is under way has ended.
   * @throws AppError saying why there is none
   */
  ready(): Promise<Worker> {
    if (this.#serving !== null) return Promise.resolve(this.#serving);
    if (this.#attempt !== null) return this.#attempt;
    return Promise.reject(this.#failure ?? new WorkerLostError('Python worker is stopping'));
  }

  /**
   * A worker that can run plugin functions, once a start that is under way has come so far.
   * @throws AppError saying why there is none
   */
  readyForFunctions(): Promise<Worker> {
    if (this.prepared !== null) return Promise.resolve(this.prepared);
    if (this.#preparation !== null) return this.#preparation;
    return Promise.reject(
      this.#failure ?? new WorkerLostError('Python worker is not running; the log says why'),
    );
  }

  onAbandoned(worker: Worker): void {
    if (this.#watched.has(worker) || this.#retired.has(worker)) return;
    this.#watched.add(worker);
    setTimeout(() => {
      void this.#examine(worker);
    }, PATIENCE_MS).unref();
  }

  onIdle(worker: Worker): void {
    if (this.#retired.has(worker)) worker.kill();
  }

  onLost(worker: Worker, how: string): void {
    this.#alive.delete(worker);
    this.#retired.delete(worker);
    const wasServing = worker === this.#serving;
    if (worker === this.#prepared) this.#prepared = null;
    if (!wasServing) return;
    this.#serveNone();
    if (this.#isClosed) return;
    this.log.write('error', 'python', `Python worker exited (${how}); its calls failed, another is started`);
    const lived = this.clock.monotonicMs() - this.#servingSinceMs;
    if (lived >= HEALTHY_MS) this.#failures = 0;
    this.#restart(this.#failures === 0 ? 0 : pause(100, this.#failures, RESTART_LIMIT_MS));
    this.#failures += 1;
  }

  /** Starts no more workers. Those that live go on until they are ended. */
  close(): void {
    this.#isClosed = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#stopHeartbeat();
  }

  /** Ends every worker, those that do not end by themselves after the grace. */
  async exit(graceMs: number): Promise<void> {
    this.close();
    await Promise.all([...this.#alive].map((worker) => worker.exit(graceMs)));
  }

  #spawn(): Worker {
    const worker = new Worker(this.launch, this.host, this);
    this.#alive.add(worker);
    return worker;
  }

  #serve(worker: Worker): void {
    this.#serving = worker;
    this.#prepared = null;
    this.#failure = null;
    this.#servingSinceMs = this.clock.monotonicMs();
    this.#listen(worker);
  }

  #serveNone(): void {
    this.#serving = null;
    this.#stopHeartbeat();
  }

  #stopHeartbeat(): void {
    if (this.#heartbeat !== null) clearTimeout(this.#heartbeat);
    this.#heartbeat = null;
  }

  #listen(worker: Worker): void {
    this.#heartbeat = setTimeout(() => {
      void this.#hear(worker);
    }, HEARTBEAT_MS).unref();
  }

  async #hear(worker: Worker): Promise<void> {
    const isAwake = worker.load === 0 || (await worker.isAwake(FROZEN_MS));
    if (this.#isClosed || worker !== this.#serving) return;
    if (isAwake) this.#listen(worker);
    else this.#retire(worker, 'Python worker does not answer; another takes its place');
  }

  #restart(delayMs: number): void {
    const preparation = this.#prepareNext(delayMs);
    const attempt = this.#finishNext(preparation);
    this.#preparation = preparation;
    this.#attempt = attempt;
    attempt.then(
      () => {
        this.#attempt = this.#preparation = null;
      },
      (error: unknown) => {
        this.#attempt = this.#preparation = null;
        this.#failed(error);
      },
    );
  }

  async #prepareNext(delayMs: number): Promise<Worker> {
    if (delayMs > 0) {
      await new Promise<void>((resolve) => {
        setTimeout(resolve, delayMs).unref();
      });
    }
    if (this.#isClosed) throw new WorkerLostError('Python worker is stopping');
    let worker: Worker;
    try {
      worker = this.#spawn();
    } catch (error) {
      throw startFailure(error);
    }
    await orKill(worker, this.start.prepare(worker));
    this.#prepared = worker;
    return worker;
  }

  async #finishNext(preparation: Promise<Worker>): Promise<Worker> {
    const worker = await preparation;
    await orKill(worker, this.start.finish(worker));
    if (!worker.isAlive) throw new WorkerLostError('Python worker exited while it started; the log says why');
    this.#serve(worker);
    return worker;
  }

  #failed(error: unknown): void {
    if (this.#isClosed) return;
    this.#failure = error instanceof AppError ? error : null;
    const delayMs = pause(500, this.#failures, RETRY_LIMIT_MS);
    this.#failures += 1;
    this.log.write(
      'error',
      'python',
      'Python worker could not be started again',
      { retryMs: delayMs },
      error,
    );
    this.#retry = setTimeout(() => {
      this.#restart(0);
    }, delayMs);
    this.#retry.unref();
  }

  /** Looks whether a worker that holds a cancelled call is stuck, again and again until it holds none. */
  async #examine(worker: Worker): Promise<void> {
    const isFine = worker.abandoned === 0 || (await worker.isResponsive(PATIENCE_MS));
    this.#watched.delete(worker);
    if (this.#isClosed || worker !== this.#serving) return;
    if (isFine) {
      if (worker.abandoned > 0) this.onAbandoned(worker);
      return;
    }
    this.#retire(worker, 'Python worker is stuck in cancelled calls; another takes its place');
  }

  /** Gives a worker no more calls; it goes once nobody waits for it. */
  #retire(worker: Worker, reason: string): void {
    this.log.write('error', 'python', reason);
    this.#retired.add(worker);
    this.#serveNone();
    this.#restart(0);
    if (worker.load === 0) worker.kill();
  }
}

/** A part of a start; a worker that fails in it is of no use. */
async function orKill(worker: Worker, part: Promise<void>): Promise<void> {
  try {
    await part;
  } catch (error) {
    worker.kill();
    throw startFailure(error);
  }
}

function startFailure(error: unknown): AppError {
  return error instanceof AppError
    ? error
    : new WorkerLostError('Python worker could not be started; the log says why', error);
}

function pause(firstMs: number, count: number, limitMs: number): number {
  return Math.min(firstMs * 2 ** Math.min(count, 16), limitMs);
}
