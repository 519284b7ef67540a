import { setImmediate } from 'node:timers';
import type { MessagePort } from 'node:worker_threads';
import type {
  FromThread,
  Notice,
  RequestName,
  ServerErrorFacts,
  ServerRequests,
  ThreadLogLine,
  ToThread,
} from '../thread-messages.js';
import type { ThreadState } from '../thread-state.js';
import type { CallScope, ServerLink } from './call-scope.js';
import { ServerError } from './errors.js';

interface Waiting {
  readonly call: number;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** The thread's end of its port to the server. */
export class ThreadLink implements ServerLink {
  readonly #port: MessagePort;
  readonly #state: ThreadState;
  readonly #scopes = new Map<number, CallScope>();
  readonly #waiting = new Map<number, Waiting>();
  readonly #serverErrors = new WeakMap<object, number>();
  #requests = 0;

  constructor(port: MessagePort, state: ThreadState) {
    this.#port = port;
    this.#state = state;
    port.on('message', (message: ToThread) => {
      this.#receive(message);
    });
  }

  open(scope: CallScope): void {
    this.#scopes.set(scope.task.call, scope);
  }

  close(scope: CallScope): void {
    if (scope.forgotten > 0) this.#forget(scope.task.call);
    scope.close();
    this.#scopes.delete(scope.task.call);
  }

  async request<N extends RequestName>(
    call: number,
    name: N,
    ask: ServerRequests[N]['ask'],
  ): Promise<ServerRequests[N]['answer']> {
    const id = (this.#requests += 1);
    // before anybody waits: what cannot cross throws here
    this.#send({ type: 'request', id, call, name, ask });
    return new Promise((resolve, reject) => {
      // the server answers each request with what `ServerRequests` says
      this.#waiting.set(id, { call, resolve: resolve as (answer: unknown) => void, reject });
    });
  }

  notice(call: number, notice: Notice): void {
    this.#send({ type: 'notice', call, notice });
  }

  log(entry: ThreadLogLine): void {
    this.#send({ type: 'log', entry });
  }

  /** Asks the server to send no more calls here. */
  taint(): void {
    this.#send({ type: 'tainted' });
  }

  /** The number under which the server knows an error of its own; null for any other. */
  serverErrorOf(thrown: unknown): number | null {
    return typeof thrown === 'object' && thrown !== null ? (this.#serverErrors.get(thrown) ?? null) : null;
  }

  #forget(call: number): void {
    for (const [id, waiting] of this.#waiting) if (waiting.call === call) this.#waiting.delete(id);
  }

  #receive(message: ToThread): void {
    if (message.type === 'ping') {
      this.#send({ type: 'pong' });
    } else if (message.type === 'abort') {
      this.#resume(message.call, (scope) => {
        scope.abort();
      });
    } else {
      const waiting = this.#waiting.get(message.id);
      if (waiting === undefined) return;
      this.#waiting.delete(message.id);
      this.#resume(waiting.call, () => {
        if (message.type === 'answer') waiting.resolve(message.answer);
        else waiting.reject(this.#errorOf(message.error));
      });
    }
  }

  /** Whatever runs until the next turn is the call's; a loop without end in it will be known as such. */
  #resume(call: number, work: (scope: CallScope) => void): void {
    const scope = this.#scopes.get(call);
    if (scope === undefined) return;
    const { slot } = scope.task;
    this.#state.running = slot;
    setImmediate(() => {
      if (this.#state.running === slot) this.#state.running = null;
    });
    work(scope);
  }

  #errorOf({ number, code, message }: ServerErrorFacts): ServerError {
    const error = new ServerError(code, message);
    this.#serverErrors.set(error, number);
    return error;
  }

  #send(message: FromThread): void {
    this.#port.postMessage(message);
  }
}
