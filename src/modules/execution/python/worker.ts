import type { JsonObject, JsonValue } from '../../../common/domain/json.js';
import { ExecutionCancelledError, WorkerLostError } from '../../../common/errors/endpoint-errors.js';
import { callEndOf, failureOf, type CallEnd } from './worker-answer.js';
import { listMember, numberMember, textMember } from './wire.js';
import type { Launch, WorkerLink } from './worker-link.js';
import { ProtocolError } from './protocol-error.js';

/** Who answers what a worker asks. */
export interface WorkerHost {
  /** Answers a request, rows before the answer. Never throws. */
  answer(message: JsonObject, reply: Reply): void;
  /** Takes a message that has no answer. */
  notice(message: JsonObject): void;
}

/** The way back to the worker that asked. */
export interface Reply {
  readonly worker: Worker;
  readonly id: number;
}

/** Who keeps a worker. */
export interface WorkerWatcher {
  /** A call was cancelled that the worker has still to end. */
  onAbandoned(worker: Worker): void;
  /** Nobody waits for the worker any more. */
  onIdle(worker: Worker): void;
  /** The process has ended and every request has failed. @param how `code 1`, or `signal SIGKILL` */
  onLost(worker: Worker, how: string): void;
}

interface Pending {
  readonly resolve: (message: JsonObject) => void;
  readonly reject: (error: Error) => void;
  readonly parts: JsonValue[];
  /** Set once nobody waits for the answer any more. */
  isAbandoned: boolean;
  /** A question about the worker itself, which is no load. */
  readonly isPing: boolean;
}

/**
 * One worker process as those see it who ask it: requests with answers, until it ends. What it is asked when it
 * ends fails at once, and so does what it is asked later.
 */
export class Worker {
  readonly #link: WorkerLink;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #abandoned = 0;
  /** Those of the pending requests, without the abandoned ones. */
  #pings = 0;
  #lost: string | null = null;

  constructor(
    launch: Launch,
    private readonly host: WorkerHost,
    private readonly watcher: WorkerWatcher,
  ) {
    this.#link = launch({
      onMessage: (message) => {
        this.#receive(message);
      },
      onEnd: (how) => {
        this.#fail(how);
      },
    });
  }

  /** Requests that wait for their answer, without those that nobody waits for. */
  get load(): number {
    return this.#pending.size - this.#abandoned - this.#pings;
  }

  /** What nobody waits for any more and the worker has not ended. */
  get abandoned(): number {
    return this.#abandoned;
  }

  get isAlive(): boolean {
    return this.#lost === null;
  }

  /** Settles once the process has ended. */
  get ended(): Promise<void> {
    return this.#link.ended;
  }

  /**
   * Asks the worker.
   * @throws PythonFailure with the worker's error, WorkerLostError
   */
  request(type: string, members: JsonObject = {}): Promise<JsonObject> {
    return this.#ask(type, members).answer;
  }

  /**
   * Runs a call. When the signal fires, the worker is told and the caller hears at once; what the function still
   * does, it does for nobody.
   * @throws PythonFailure, ExecutionCancelledError, WorkerLostError
   */
  async call(members: JsonObject, signal: AbortSignal): Promise<CallEnd> {
    const question = this.#ask('call', members);
    const answer = await this.#answerUnless(signal, question, () => {
      this.tell('cancel', { request: question.id });
    });
    return callEndOf(answer, question.pending.parts);
  }

  /**
   * Runs a plugin function, which cannot be told to stop: it is only left behind when the signal fires.
   * @throws PythonFailure, ExecutionCancelledError, WorkerLostError
   */
  runFunction(members: JsonObject, signal: AbortSignal): Promise<JsonObject> {
    return this.#answerUnless(signal, this.#ask('functions', members), () => undefined);
  }

  /** Whether the worker can still run calls: its event loop and a thread of each pool answer within the time. */
  isResponsive(timeoutMs: number): Promise<boolean> {
    return this.#answers({}, timeoutMs);
  }

  /** Whether the process runs at all: the thread that reads answers within the time, however busy the others are. */
  isAwake(timeoutMs: number): Promise<boolean> {
    return this.#answers({ only_reader: true }, timeoutMs);
  }

  async #answers(members: JsonObject, timeoutMs: number): Promise<boolean> {
    const { pending, answer } = this.#ask('ping', members);
    const timer = setTimeout(() => {
      this.#abandon(pending);
      pending.resolve({});
    }, timeoutMs);
    try {
      await answer;
      return !pending.isAbandoned;
    } catch (error) {
      // its end is heard by its watcher anyway; any other answer is one
      return !(error instanceof WorkerLostError);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sends a message that has no answer. */
  tell(type: string, members: JsonObject = {}): void {
    this.#link.send({ type, ...members });
  }

  /** Sends the answer of a request of the worker, or a part of it. */
  reply(id: number, message: JsonObject): void {
    this.#link.send({ ...message, id });
  }

  /** Settles once the worker has taken most of what was sent. */
  drained(): Promise<void> {
    return this.#link.drained();
  }

  kill(): void {
    this.#link.kill();
  }

  /** Lets the worker end by itself, and ends it after the grace. */
  async exit(graceMs: number): Promise<void> {
    this.tell('exit');
    const timer = setTimeout(() => {
      this.kill();
    }, graceMs);
    await this.ended;
    clearTimeout(timer);
  }

  #ask(type: string, members: JsonObject): Question {
    const id = this.#nextId;
    this.#nextId += 1;
    const { promise: answer, resolve, reject } = Promise.withResolvers<JsonObject>();
    const pending: Pending = { resolve, reject, parts: [], isAbandoned: false, isPing: type === 'ping' };
    if (this.#lost !== null) reject(lost(this.#lost));
    else {
      this.#pending.set(id, pending);
      if (pending.isPing) this.#pings += 1;
      this.#link.send({ type, id, ...members });
    }
    return { id, pending, answer };
  }

  /** @param cancel tells the worker that nobody waits any more */
  async #answerUnless(
    signal: AbortSignal,
    { id, pending, answer }: Question,
    cancel: () => void,
  ): Promise<JsonObject> {
    const abandon = (): void => {
      if (!this.#pending.has(id)) return;
      cancel();
      this.#abandon(pending);
      pending.reject(new ExecutionCancelledError());
      this.watcher.onAbandoned(this);
    };
    if (signal.aborted) abandon();
    else signal.addEventListener('abort', abandon, { once: true });
    try {
      return await answer;
    } finally {
      signal.removeEventListener('abort', abandon);
    }
  }

  #receive(message: JsonObject): void {
    const type = textMember(message, 'type');
    if (type === 'part') this.#addPart(message);
    else if (type === 'result') this.#settle(message)?.resolve(message);
    else if (type === 'error') this.#settle(message)?.reject(failureOf(message));
    else if (message['id'] === undefined) this.host.notice(message);
    else this.host.answer(message, { worker: this, id: numberMember(message, 'id') });
  }

  #addPart(message: JsonObject): void {
    const pending = this.#pending.get(numberMember(message, 'id'));
    if (pending === undefined) throw new ProtocolError('a part of no call');
    if (!pending.isAbandoned) for (const item of listMember(message, 'items')) pending.parts.push(item);
  }

  #abandon(pending: Pending): void {
    pending.isAbandoned = true;
    pending.parts.length = 0;
    this.#abandoned += 1;
    if (pending.isPing) this.#pings -= 1;
    if (this.load === 0) this.watcher.onIdle(this);
  }

  /** The request that is answered now; a late answer of a call that nobody waits for is only taken off. */
  #settle(message: JsonObject): Pending | null {
    const id = numberMember(message, 'id');
    const pending = this.#pending.get(id);
    if (pending === undefined) throw new ProtocolError('an answer to no request');
    this.#pending.delete(id);
    if (pending.isAbandoned) this.#abandoned -= 1;
    else if (pending.isPing) this.#pings -= 1;
    if (this.load === 0) this.watcher.onIdle(this);
    return pending.isAbandoned ? null : pending;
  }

  #fail(how: string): void {
    this.#lost = how;
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    this.#abandoned = this.#pings = 0;
    for (const pending of waiting) pending.reject(lost(how));
    this.watcher.onLost(this, how);
  }
}

interface Question {
  readonly id: number;
  readonly pending: Pending;
  readonly answer: Promise<JsonObject>;
}

function lost(how: string): WorkerLostError {
  return new WorkerLostError(`Python worker exited (${how})`);
}
