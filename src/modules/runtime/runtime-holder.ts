import { UnavailableError } from '../../common/errors/server-errors.js';
import type { Runtime, RuntimeSource } from '../../common/ports/runtime.js';
import type { HeldRuntime, Lease } from './held-runtime.js';
import { WaitingLine } from './waiting-line.js';

/** Lends the serving Runtime to calls, and lets them wait while there is none for a moment. */
export class RuntimeHolder implements RuntimeSource {
  readonly #waiting = new WaitingLine<Lease>();
  #held: HeldRuntime | null = null;
  #absence = 'Server is starting';
  #isPaused = false;
  #isStopping = false;

  /** The serving Runtime, or the last one while calls wait. */
  get held(): HeldRuntime | null {
    return this.#held;
  }

  current(): Runtime | null {
    return this.#held?.runtime ?? null;
  }

  isPaused(): boolean {
    return this.#isPaused;
  }

  async use<T>(work: (runtime: Runtime) => Promise<T>): Promise<T> {
    // whoever waited got the lease in the moment the wait ended: nobody takes the Runtime away in between
    const lease = this.#isPaused ? await this.#waiting.join() : this.#lease();
    try {
      return await work(lease.runtime);
    } finally {
      lease.release();
    }
  }

  /** From here on calls go to this Runtime. */
  serve(next: HeldRuntime): void {
    this.#held = next;
  }

  /** From here on there is no Runtime; calls fail for the reason given. */
  serveNothing(reason: string): void {
    this.#held = null;
    this.#absence = reason;
  }

  /** From here on new calls wait, until `resume`. */
  pause(): void {
    this.#isPaused = !this.#isStopping;
  }

  /** Calls go on; those who waited get their leases in order of arrival. */
  resume(): void {
    this.#isPaused = false;
    this.#waiting.serve(() => this.#lease());
  }

  /** From here on new calls, and those that wait, are refused; there is no way back. */
  refuse(): void {
    this.#isStopping = true;
    this.resume();
  }

  #lease(): Lease {
    if (this.#isStopping) throw new UnavailableError('Server is shutting down');
    if (this.#held === null) throw new UnavailableError(this.#absence);
    return this.#held.lease();
  }
}
