import type { Readiness } from '../../common/ports/readiness.js';

/** One bit: the process has been told to stop. */
export class DrainState implements Readiness {
  #isDraining = false;

  get isDraining(): boolean {
    return this.#isDraining;
  }

  drain(): void {
    this.#isDraining = true;
  }
}
