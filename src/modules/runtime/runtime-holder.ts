import { UnavailableError } from '../../common/errors/server-errors.js';
import type { Metrics } from '../../common/ports/metrics.js';
import type {
  Runtime,
  RuntimeLifecycle,
  RuntimeOptions,
  RuntimeSource,
  StartReport,
} from '../../common/ports/runtime.js';
import type { RuntimeFactory } from './runtime-factory.js';

/** Holds the serving Runtime and counts who works on it. */
export class RuntimeHolder implements RuntimeSource, RuntimeLifecycle {
  #runtime: Runtime | null = null;
  #stopping = false;
  #leases = 0;
  #idle: (() => void) | null = null;

  constructor(
    private readonly factory: RuntimeFactory,
    private readonly metrics: Metrics,
  ) {}

  current(): Runtime | null {
    return this.#runtime;
  }

  async use<T>(work: (runtime: Runtime) => Promise<T>): Promise<T> {
    const runtime = this.#runtime;
    if (runtime === null || this.#stopping) {
      throw new UnavailableError(this.#stopping ? 'Server is shutting down' : 'Server is starting');
    }
    this.#leases += 1;
    try {
      return await work(runtime);
    } finally {
      this.#leases -= 1;
      if (this.#leases === 0) this.#idle?.();
    }
  }

  async start(options: RuntimeOptions): Promise<StartReport> {
    const { runtime, problems } = await this.factory.build(options);
    this.#runtime = runtime;
    this.metrics.watchPool(() => this.#runtime?.database.pool() ?? { idle: 0, inUse: 0, waiting: 0 });
    return { problems };
  }

  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    const runtime = this.#runtime;
    if (runtime === null) return;
    if (this.#leases > 0) await this.#drained(graceMs);
    this.#runtime = null;
    // what still runs is interrupted by the executors as they close
    await runtime.dispose();
  }

  #drained(graceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, graceMs);
      this.#idle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
