import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate } from 'node:timers';
import type { JsonValue } from '../../../../common/domain/json.js';
import type { Question } from '../../../../common/domain/question.js';
import type { CallTask, Notice, RequestName, ServerRequests } from '../thread-messages.js';
import { NoCallError, ServerError } from './errors.js';

/** Sends what calls ask and tell to the server. */
export interface ServerLink {
  request<N extends RequestName>(
    call: number,
    name: N,
    ask: ServerRequests[N]['ask'],
  ): Promise<ServerRequests[N]['answer']>;
  notice(call: number, notice: Notice): void;
}

interface OpenQuestion {
  readonly question: Question;
  readonly resolve: (answer: JsonValue) => void;
  readonly reject: (reason: unknown) => void;
}

/** Thrown to end a run whose caller answers by calling again. No error, so that it is not mistaken for one. */
const endOfRun = Object.freeze({ toString: () => 'This run has ended; the caller will call again' });

/** One call inside its thread; author code reaches it through `mxcp-server/runtime`. */
export class CallScope {
  readonly task: CallTask;
  readonly #link: ServerLink;
  readonly #abort = new AbortController();
  readonly #exit = Promise.withResolvers<never>();
  #questions: OpenQuestion[] = [];
  #unanswered = 0;
  #state: 'running' | 'ended' | 'closed' = 'running';

  constructor(task: CallTask, link: ServerLink) {
    this.task = task;
    this.#link = link;
    // the exit may come when nobody waits for it any more
    this.#exit.promise.catch(() => undefined);
  }

  /** Fires at the deadline, on cancellation and when the run must end. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Rejects when the call's code did what ends a program. */
  get exit(): Promise<never> {
    return this.#exit.promise;
  }

  /** @throws ServerError, NoCallError once the call is over */
  async request<N extends RequestName>(
    name: N,
    ask: ServerRequests[N]['ask'],
  ): Promise<ServerRequests[N]['answer']> {
    this.#assertRunning();
    this.#unanswered += 1;
    try {
      const answer = await fromHere(this.#link.request(this.task.call, name, ask));
      if (this.#state === 'ended') this.#assertRunning();
      return answer;
    } finally {
      this.#unanswered -= 1;
    }
  }

  /** Requests whose answers nobody waits for any more, once the call's function has returned. */
  get forgotten(): number {
    return this.#state === 'running' ? this.#unanswered + this.#questions.length : 0;
  }

  notice(notice: Notice): void {
    this.#assertRunning();
    this.#link.notice(this.task.call, notice);
  }

  /** Questions of one turn of the event loop go out together. */
  async ask(question: Question): Promise<JsonValue> {
    this.#assertRunning();
    const { promise, resolve, reject } = Promise.withResolvers<JsonValue>();
    if (this.#questions.length === 0) setImmediate(() => void this.#sendQuestions());
    this.#questions.push({ question, resolve, reject });
    return fromHere(promise);
  }

  abort(): void {
    this.#abort.abort();
  }

  fail(error: Error): void {
    this.#exit.reject(error);
  }

  close(): void {
    this.#state = 'closed';
  }

  async #sendQuestions(): Promise<void> {
    const open = this.#questions;
    this.#questions = [];
    try {
      const answers = await this.request('questions', { questions: open.map(({ question }) => question) });
      if (answers === null) this.#state = 'ended';
      for (const [index, { resolve, reject }] of open.entries()) {
        if (answers === null) reject(endOfRun);
        else resolve(answers[index] ?? null);
      }
    } catch (error) {
      for (const { reject } of open) reject(error);
    }
  }

  #assertRunning(): void {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- see endOfRun
    if (this.#state === 'ended') throw endOfRun;
    if (this.#state === 'closed') throw new NoCallError('The call is over; what it started must be awaited');
  }
}

/** The call that is running in this asynchronous context. */
export const currentScope = new AsyncLocalStorage<CallScope>();

/** @throws NoCallError outside of a call, also in a module's top level */
export function scope(): CallScope {
  const current = currentScope.getStore();
  if (current !== undefined) return current;
  throw new NoCallError(
    'No call is running here: mxcp-server/runtime works inside endpoint functions that mxcp calls',
  );
}

/** An error of the server's was made where its message came in; its stack shall lead to who asked. */
async function fromHere<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ServerError) Error.captureStackTrace(error);
    throw error;
  }
}
