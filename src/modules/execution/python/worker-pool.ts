import { ExecutionCancelledError } from '../../../common/errors/endpoint-errors.js';
import { leastLoaded } from '../least-loaded.js';
import type { Worker } from './worker.js';
import type { WorkerSlot } from './worker-slot.js';

/** The workers of one Runtime; each call goes to the one with the fewest. */
export class WorkerPool {
  #booted: readonly (readonly [WorkerSlot, Worker])[] = [];

  constructor(private readonly slots: readonly WorkerSlot[]) {}

  /** Starts the workers, as far as they can be without a database. @throws what the start throws */
  async boot(): Promise<void> {
    this.#booted = await Promise.all(this.slots.map(async (slot) => [slot, await slot.boot()] as const));
  }

  /** Completes their start. @throws what the start throws */
  async finish(): Promise<void> {
    await Promise.all(this.#booted.map(([slot, worker]) => slot.finish(worker)));
    this.#booted = [];
  }

  /** The worker for the next call; null while there is none. A call given to it at once counts for the next. */
  get idlest(): Worker | null {
    return leastLoaded(this.serving);
  }

  /**
   * Waits for a worker that takes calls, where there is none.
   * @throws ExecutionCancelledError when the signal fires first, else AppError saying why there is none
   */
  async acquire(signal: AbortSignal): Promise<Worker> {
    const worker = this.idlest;
    if (worker !== null) return worker;
    const { promise: cancelled, reject } = Promise.withResolvers<never>();
    const cancel = (): void => {
      reject(new ExecutionCancelledError());
    };
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return await Promise.race([this.#first((slot) => slot.ready()), cancelled]);
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  /**
   * A worker for a plugin function, perhaps one of a start that is under way: its hooks may run SQL.
   * @throws AppError saying why there is none
   */
  async forFunction(): Promise<Worker> {
    const prepared = leastLoaded(this.slots.flatMap((slot) => slot.prepared ?? []));
    return prepared ?? this.#first((slot) => slot.readyForFunctions());
  }

  /** False when no worker could be started again. */
  canRun(): boolean {
    return this.slots.some((slot) => !slot.hasFailed);
  }

  /** Every worker that takes calls. */
  get serving(): readonly Worker[] {
    return this.slots.flatMap((slot) => slot.serving ?? []);
  }

  /** Starts no more workers. */
  close(): void {
    for (const slot of this.slots) slot.close();
  }

  /** Ends every worker, those that do not end by themselves after the grace. */
  async exit(graceMs: number): Promise<void> {
    await Promise.all(this.slots.map((slot) => slot.exit(graceMs)));
  }

  async #first(worker: (slot: WorkerSlot) => Promise<Worker>): Promise<Worker> {
    try {
      return await Promise.any(this.slots.map(worker));
    } catch (error) {
      throw error instanceof AggregateError ? error.errors[0] : error;
    }
  }
}
