import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MessageChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { JobResult, ThreadJob } from './thread-job.js';
import type {
  FromThread,
  RequestName,
  ServerRequests,
  ThreadLogLine,
  ThreadResult,
  ThreadTask,
  ToThread,
} from './thread-messages.js';
import { SLOT_COUNT, ThreadState } from './thread-state.js';

/** Heap of one thread; a call that needs more ends its thread. */
const HEAP_MB = 512;
/** Time that a call has to end once it was told to. */
const GRACE_MS = 250;
/** And that its thread has to show that it is not caught in a loop, but only slow. */
const LAST_CHANCE_MS = 1_000;
/** Looks in a row at which a thread owes an answer until it counts as stuck. */
const STUCK_LOOKS = 2;

const entry = fileURLToPath(
  new URL(`./thread/entry${extname(fileURLToPath(import.meta.url))}`, import.meta.url),
);

/** A call in this thread. */
interface HeldCall {
  readonly number: number;
  readonly slot: number;
  readonly job: ThreadJob;
  readonly settle: (result: JobResult | { readonly kind: 'taken' }) => void;
  isSettled: boolean;
}

export interface ThreadOwner {
  readonly root: string;
  log(entry: ThreadLogLine): void;
  /** The thread ends now; it takes no calls any more. */
  ended(thread: EndpointThread): void;
  /** A call of this endpoint holds its thread and may have to be stopped by force. */
  suspect(endpoint: string): void;
}

/**
 * One thread and its calls, as many at the same time as there are: they wait for the database and the network most
 * of their time. Piscina runs the thread, sends its tasks and notices its end; a pool of one, because piscina's own
 * choice between threads knows nothing of those that are stuck, and its cancellation ends a thread with all its calls.
 *
 * `atomics: disabled` leaves the thread's event loop alive between calls, so that timers and sockets of modules
 * work. Round trip of a bare task: 42 µs, by piscina's default 48; with fifty at once 12 and 40.
 */
export class EndpointThread {
  readonly #piscina: Piscina<ThreadTask, ThreadResult>;
  readonly #port: MessagePort;
  readonly #state = new ThreadState();
  readonly #calls = new Map<number, HeldCall>();
  readonly #freeSlots = Array.from({ length: SLOT_COUNT }, (_, slot) => SLOT_COUNT - 1 - slot);
  /** Endpoints whose function the thread can find. */
  readonly #known = new Set<string>();
  #load = 0;
  #calledCount = 0;
  #owedLooks = 0;
  #isPinged = false;
  #isReady = false;
  #isRetiring = false;
  #isEnded = false;
  #destroyed = Promise.resolve();
  #lossReason = 'The code of the endpoint ended before it answered';
  /** While a call of a suspect endpoint runs, nobody shares its thread. */
  isReserved = false;

  constructor(private readonly owner: ThreadOwner) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.on('message', (message: FromThread) => {
      this.#receive(message);
    });
    port1.unref();
    this.#piscina = new Piscina({
      filename: entry,
      minThreads: 1,
      maxThreads: 1,
      concurrentTasksPerWorker: SLOT_COUNT + 1,
      atomics: 'disabled',
      recordTiming: false,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    // an error between calls, such as memory running out; the calls hear of it by themselves
    this.#piscina.on('error', () => {
      this.end();
    });
    void this.#open(port2);
  }

  /** Calls that somebody waits for. */
  get load(): number {
    return this.#load;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** True when it may take calls at all. */
  get isOpen(): boolean {
    return !this.#isRetiring && !this.#isEnded && this.#freeSlots.length > 0;
  }

  /** True while its event loop does not turn, be it busy or caught in a loop. */
  get isStuck(): boolean {
    return this.#owedLooks >= STUCK_LOOKS;
  }

  /** Runs a call. It is `taken` when the thread was stuck before the call had begun. */
  async run(job: ThreadJob): Promise<JobResult | { readonly kind: 'taken' }> {
    const slot = this.#freeSlots.pop();
    if (slot === undefined) return { kind: 'taken' };
    const { promise, resolve } = Promise.withResolvers<JobResult | { readonly kind: 'taken' }>();
    const number = (this.#calledCount += 1);
    const call: HeldCall = {
      number,
      slot,
      job,
      isSettled: false,
      settle: (result) => {
        if (!call.isSettled) this.#load -= 1;
        call.isSettled = true;
        resolve(result);
      },
    };
    this.#load += 1;
    this.#calls.set(number, call);
    this.#state.queue(slot);
    const interrupt = (): void => {
      this.#interrupt(call);
    };
    job.signal.addEventListener('abort', interrupt, { once: true });
    void this.#send(call);
    try {
      return await promise;
    } finally {
      job.signal.removeEventListener('abort', interrupt);
    }
  }

  /** A look at whether the thread still turns; calls that it has not begun are given back when it does not. */
  look(): void {
    if (this.#calls.size === 0) return;
    this.#receiveAll();
    if (!this.#isPinged) this.#ping();
    else if (this.#isReady) this.#owedLooks += 1;
    if (this.isStuck) this.#giveBack();
  }

  /** Takes no more calls, and ends when the ones it has are over. */
  retire(): void {
    this.#isRetiring = true;
    if (this.load === 0) this.end();
  }

  /** Ends at once; calls that have begun are lost. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#giveBack();
    this.#port.close();
    this.#destroyed = this.#piscina.destroy();
    this.owner.ended(this);
  }

  /** Ends at once, and settles when the thread is gone. */
  async destroy(): Promise<void> {
    this.end();
    await this.#destroyed;
  }

  #giveBack(): void {
    for (const call of this.#calls.values()) {
      if (!call.isSettled && this.#state.take(call.slot)) call.settle({ kind: 'taken' });
    }
  }

  async #open(port: MessagePort): Promise<void> {
    try {
      const { root } = this.owner;
      const task = { kind: 'open', port, state: this.#state.buffer, root } as const;
      await this.#piscina.run(task, { transferList: [port] });
      this.#isReady = true;
    } catch {
      // ended before it began; whoever has a call here is told
      this.end();
    }
  }

  async #send(call: HeldCall): Promise<void> {
    const { number, slot, job, settle } = call;
    const isKnown = this.#known.has(job.task.endpoint);
    this.#known.add(job.task.endpoint);
    const module = isKnown ? null : job.task.module;
    try {
      const task = { ...job.task, kind: 'call', slot, call: number, module } as const;
      const result = await this.#piscina.run(task);
      // it has turned, though its answer to a look may be still to come: the next call need not go elsewhere
      this.#owedLooks = 0;
      // what the call told before it ended comes first
      this.#receiveAll();
      if (!call.isSettled && result.kind !== 'opened') settle(result);
    } catch (error) {
      // piscina's word for a thread that ended
      if (isOutOfMemory(error))
        this.#lossReason = `The code of the endpoint, or of calls beside it, needed more than ${HEAP_MB} MB`;
      if (!call.isSettled) {
        const isTaken = this.#state.take(slot);
        settle(isTaken ? { kind: 'taken' } : { kind: 'lost', reason: this.#lossReason });
      }
      this.end();
    } finally {
      this.#calls.delete(number);
      this.#freeSlots.push(slot);
      if (this.#isRetiring && this.load === 0) this.end();
    }
  }

  #interrupt(call: HeldCall): void {
    this.#post({ type: 'abort', call: call.number });
    this.#ping();
    setTimeout(() => {
      this.#abandon(call);
    }, GRACE_MS).unref();
  }

  /** A call that did not end when it was told to is over for its caller. */
  #abandon(call: HeldCall): void {
    this.#receiveAll();
    if (call.isSettled) return;
    call.settle({ kind: 'abandoned' });
    if (this.#state.take(call.slot)) return;
    if (!this.#isCaughtBy(call)) {
      this.retire();
      return;
    }
    this.#owedLooks = STUCK_LOOKS;
    this.owner.suspect(call.job.task.endpoint);
    setTimeout(() => {
      this.#judge(call);
    }, LAST_CHANCE_MS).unref();
  }

  /** The last resort: the thread ends with all its calls. */
  #judge(call: HeldCall): void {
    this.#receiveAll();
    if (this.#isEnded) return;
    if (!this.#isCaughtBy(call)) {
      this.retire();
      return;
    }
    this.#lossReason = 'The call was stopped together with another one that would not end; call again';
    this.end();
  }

  /** False when the thread turns, or is known to be busy with another call: then it ends after its other calls. */
  #isCaughtBy(call: HeldCall): boolean {
    const { running } = this.#state;
    return this.#isPinged && (running === null || running === call.slot);
  }

  #ping(): void {
    this.#isPinged = true;
    this.#post({ type: 'ping' });
  }

  #receiveAll(): void {
    for (;;) {
      const received = receiveMessageOnPort(this.#port) as { readonly message: FromThread } | undefined;
      if (received === undefined) return;
      this.#receive(received.message);
    }
  }

  #receive(message: FromThread): void {
    if (message.type === 'pong') {
      this.#isPinged = false;
      this.#owedLooks = 0;
    } else if (message.type === 'log') {
      this.owner.log(message.entry);
    } else if (message.type === 'tainted') {
      this.retire();
    } else {
      const call = this.#calls.get(message.call);
      if (message.type === 'request') void this.#answer(message.id, call, message.name, message.ask);
      else if (call?.isSettled === false) call.job.notice(message.notice);
    }
  }

  async #answer(id: number, call: HeldCall | undefined, name: RequestName, ask: unknown): Promise<void> {
    if (call === undefined || call.isSettled) return;
    try {
      // our own thread code asks as `ServerRequests` says
      const answer = await call.job.answer(name, ask as ServerRequests[RequestName]['ask']);
      this.#post({ type: 'answer', id, answer });
    } catch (error) {
      this.#post({ type: 'error', id, error: call.job.numberOf(error) });
    }
  }

  #post(message: ToThread): void {
    if (!this.#isEnded) this.#port.postMessage(message);
  }
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}
