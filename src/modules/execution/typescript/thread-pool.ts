import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { UnavailableError } from '../../../common/errors/server-errors.js';
import { leastLoaded } from '../least-loaded.js';
import { EndpointThread } from './endpoint-thread.js';
import type { JobResult, ThreadJob } from './thread-job.js';
import type { ThreadLogLine } from './thread-messages.js';

/** Threads that share the work while all is well. */
const USUAL_THREADS = Math.max(2, availableParallelism());
/** And with those that take the place of stuck ones. */
const MOST_THREADS = USUAL_THREADS * 4;
/** Between two looks at the threads that have calls. */
const LOOK_MS = 50;
/** A thread may end before it begins a call that was given to it; so often that is nobody's bad luck. */
const MOST_LOSSES = 5;

/**
 * The threads of one Runtime. There are none before the first call.
 *
 * A call goes to an idle thread, else to the one with the fewest calls; a second thread, and so on up to the number
 * of processors, starts beside the first when that one is busy. Two hundred calls that wait for the database or the
 * network share these few. A thread whose event loop stands still gets no new calls, and those it has not begun move
 * to another one, started for them if need be. A call that caught its thread in a loop is ended with the thread when
 * its time is up; calls that had begun beside it are lost, for they cannot be told apart. Its endpoint is suspect from
 * then on: its calls have a thread to themselves.
 */
export class ThreadPool {
  readonly #threads = new Set<EndpointThread>();
  /** Threads on their way out. */
  readonly #endings = new Set<EndpointThread>();
  readonly #suspects = new Set<string>();
  #watch: NodeJS.Timeout | null = null;
  #isClosed = false;
  #runningCount = 0;

  constructor(
    private readonly root: string,
    private readonly log: (entry: ThreadLogLine) => void,
  ) {}

  get threadCount(): number {
    return this.#threads.size;
  }

  /** @throws UnavailableError when no thread can take the call */
  async run(job: ThreadJob): Promise<JobResult> {
    this.#began();
    try {
      let losses = 0;
      while (losses < MOST_LOSSES && !this.#isClosed) {
        if (job.signal.aborted) return { kind: 'abandoned' };
        const thread = this.#threadFor(job.task.endpoint);
        if (thread === null) {
          await sleep(LOOK_MS);
          continue;
        }
        const result = await this.#runIn(thread, job);
        if (result.kind !== 'taken') return result;
        // a thread that is only busy says nothing about the next
        if (!thread.isStuck) losses += 1;
      }
      return { kind: 'lost', reason: 'The call could not begin, because other calls crashed; call again' };
    } finally {
      this.#finished();
    }
  }

  /** Ends all threads; running calls are lost. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const threads = [...this.#threads, ...this.#endings];
    await Promise.all(threads.map((thread) => thread.destroy()));
  }

  async #runIn(thread: EndpointThread, job: ThreadJob): Promise<JobResult | { readonly kind: 'taken' }> {
    if (!this.#suspects.has(job.task.endpoint)) return thread.run(job);
    thread.isReserved = true;
    try {
      return await thread.run(job);
    } finally {
      thread.isReserved = false;
    }
  }

  /** Null while every thread is busy and no other may be started. */
  #threadFor(endpoint: string): EndpointThread | null {
    return this.#suspects.has(endpoint) ? this.#alone() : this.#choose();
  }

  #choose(): EndpointThread | null {
    const open = [...this.#threads].filter(({ isOpen, isReserved }) => isOpen && !isReserved);
    const turning = open.filter(({ isStuck }) => !isStuck);
    const ready = turning.filter(({ isReady }) => isReady);
    const best = leastLoaded(ready) ?? leastLoaded(turning);
    const mayStart = turning.length < USUAL_THREADS && this.#threads.size < MOST_THREADS;
    if (best === null) {
      if (mayStart) return this.#start();
      if (open.length === 0)
        throw new UnavailableError('Too many TypeScript calls are running; try again in a moment');
      return null;
    }
    // it is ready for the next call
    if (mayStart && best.load > 0 && ready.length === turning.length) this.#start();
    return best;
  }

  /** A thread without calls, for one that must not harm others; if there is none to be had, any. */
  #alone(): EndpointThread | null {
    const idle = [...this.#threads].find(
      ({ isOpen, isReady, isStuck, load }) => isOpen && isReady && !isStuck && load === 0,
    );
    if (idle !== undefined) return idle;
    return this.#threads.size < MOST_THREADS ? this.#start() : this.#choose();
  }

  #start(): EndpointThread {
    const thread = new EndpointThread({
      root: this.root,
      log: this.log,
      ended: (ended) => {
        this.#threads.delete(ended);
        this.#endings.add(ended);
        void ended.destroy().then(() => this.#endings.delete(ended));
      },
      suspect: (endpoint) => this.#suspects.add(endpoint),
    });
    this.#threads.add(thread);
    return thread;
  }

  #began(): void {
    this.#runningCount += 1;
    this.#watch ??= setInterval(() => {
      for (const thread of this.#threads) thread.look();
    }, LOOK_MS).unref();
  }

  #finished(): void {
    this.#runningCount -= 1;
    if (this.#runningCount > 0 || this.#watch === null) return;
    clearInterval(this.#watch);
    this.#watch = null;
  }
}
