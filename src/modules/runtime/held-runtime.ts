import type { Runtime } from '../../common/ports/runtime.js';

/** One caller's hold on a Runtime; `release` ends it, exactly once. */
export interface Lease {
  readonly runtime: Runtime;
  release(): void;
}

/** A Runtime in service or on its way out, and who still needs it. */
export class HeldRuntime {
  #leases = 0;
  #pins = 0;
  #waiting: { readonly isMet: () => boolean; readonly resolve: () => void }[] = [];
  #disposal: Promise<void> | null = null;

  constructor(readonly runtime: Runtime) {}

  /** A call holds it until the lease is released. */
  lease(): Lease {
    this.#leases += 1;
    return {
      runtime: this.runtime,
      release: () => {
        this.#leases -= 1;
        this.#notify();
      },
    };
  }

  /** Code of it is yet to run, though no call does; until the returned function is called. */
  pin(): () => void {
    this.#pins += 1;
    return () => {
      this.#pins -= 1;
      this.#notify();
    };
  }

  /** Settles once no call holds it. */
  idle(): Promise<void> {
    return this.#when(() => this.#leases === 0);
  }

  /** Settles once no code of it is yet to run. */
  unpinned(): Promise<void> {
    return this.#when(() => this.#pins === 0);
  }

  /**
   * Ends the Runtime; calls that still run on it fail. A second call waits for the first one's end.
   * @param whileClosed see `Executors.dispose`; not run when the end had begun before
   */
  dispose(whileClosed?: () => Promise<void>): Promise<void> {
    this.#disposal ??= this.runtime.dispose(whileClosed);
    return this.#disposal;
  }

  #when(isMet: () => boolean): Promise<void> {
    if (isMet()) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push({ isMet, resolve });
    });
  }

  #notify(): void {
    this.#waiting = this.#waiting.filter(({ isMet, resolve }) => {
      if (!isMet()) return true;
      resolve();
      return false;
    });
  }
}
