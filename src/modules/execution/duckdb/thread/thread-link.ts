import type { Worker } from 'node:worker_threads';
import { WorkerLostError } from '../../../../common/errors/endpoint-errors.js';
import { UnavailableError } from '../../../../common/errors/server-errors.js';
import { AskedQuestion } from './asked-question.js';
import { fromThreadError } from './thread-error.js';
import type { FromThread, Question, ToThread } from './thread-messages.js';

type Answer = Extract<FromThread, { readonly kind: 'piece' | 'done' | 'failed' }>;

/** Questions to a database thread and the answers to them. */
export class ThreadLink {
  readonly #asked = new Map<number, AskedQuestion>();
  #lastId = 0;
  #isLost = false;

  constructor(private readonly worker: Pick<Worker, 'postMessage'>) {}

  /**
   * Asks; to be forgotten in the end.
   * @throws UnavailableError when the thread has ended
   */
  ask(question: Question): AskedQuestion {
    if (this.#isLost) throw new UnavailableError('The connection to the database is lost; try again');
    this.#lastId += 1;
    const asked = new AskedQuestion(this.#lastId, (message) => {
      this.send(message);
    });
    this.#asked.set(asked.id, asked);
    this.send({ kind: 'ask', id: asked.id, question });
    return asked;
  }

  /** Asks for one value. */
  async valueOf(question: Question): Promise<unknown> {
    const asked = this.ask(question);
    try {
      return (await asked.answer().next()).value;
    } finally {
      this.forget(asked);
    }
  }

  forget(asked: AskedQuestion): void {
    asked.abort();
    this.#asked.delete(asked.id);
  }

  receive(message: Answer): void {
    const asked = message.id === null ? undefined : this.#asked.get(message.id);
    if (message.kind === 'piece') asked?.arrived(message.piece);
    else if (message.kind === 'done') asked?.ended({ value: message.value });
    else asked?.ended({ error: fromThreadError(message.error) });
  }

  /** To be called when the thread has ended: nothing that was asked will be answered. */
  lose(): void {
    this.#isLost = true;
    for (const asked of this.#asked.values()) {
      asked.ended({ error: new WorkerLostError('The database stopped before it answered') });
    }
    this.#asked.clear();
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  private send(message: ToThread): void {
    if (!this.#isLost) this.worker.postMessage(message);
  }
}
