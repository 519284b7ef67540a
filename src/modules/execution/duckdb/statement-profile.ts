/** A run beyond this makes the next one go through the narrow lane (architecture.md §9). */
const SLOW_MS = 1000;

/** What was learnt from the runs of one source: whether it is slow, large, or fit to be kept prepared. */
export class StatementProfile {
  /** Set once and kept: a source that once gave much is read in pieces from then on. */
  isLarge: boolean | null = null;
  /** True once the source was seen to be a single statement. */
  isSingle = false;
  #reusable: { readonly answer: boolean; readonly epoch: number } | null = null;
  #lastMs = 0;
  #running = 0;
  #runningSinceMs = 0;

  /** Whether the last run, or one that has not ended, took over a second. */
  isSlow(nowMs: number): boolean {
    return this.#lastMs > SLOW_MS || (this.#running > 0 && nowMs - this.#runningSinceMs > SLOW_MS);
  }

  /** Call the returned function with the time when the run ends. */
  started(nowMs: number): (endedMs: number) => void {
    if (this.#running === 0) this.#runningSinceMs = nowMs;
    this.#running += 1;
    return (endedMs) => {
      this.#running -= 1;
      this.#lastMs = endedMs - nowMs;
    };
  }

  /** The answer found earlier, unless the catalog has changed since; null when it must be asked again. */
  reusable(epoch: number): boolean | null {
    return this.#reusable?.epoch === epoch ? this.#reusable.answer : null;
  }

  learnReusable(answer: boolean, epoch: number): void {
    this.#reusable = { answer, epoch };
  }
}
