/** Texts larger than this are not joined to one write; a single line may be larger. */
const LARGEST_BATCH_CHARS = 8 * 1024 * 1024;
/** Written lines are let go of once so many have gathered before the waiting ones. */
const MOST_WRITTEN_KEPT = 1024;

/**
 * Lines on their way to the disk, oldest first. Lines that are being written stay until that has
 * succeeded. Everyone whose line goes out in one batch waits on the same promise.
 */
export class RecordQueue {
  #lines: string[] = [];
  /** Where the unwritten lines begin; moving this is cheaper than shifting the array. */
  #head = 0;
  #inFlight = 0;
  #batch = Promise.withResolvers<undefined>();
  #next = Promise.withResolvers<undefined>();
  #isAbandoned = false;
  #roomSeekers: (() => void)[] = [];

  constructor(private readonly limit: number) {}

  /** Lines that are not written yet. */
  get size(): number {
    return this.#lines.length - this.#head;
  }

  get isFull(): boolean {
    return this.size >= this.limit;
  }

  /** Settles once the line was written, or nobody shall wait any more. */
  add(line: string): Promise<void> {
    this.#lines.push(line);
    return this.#next.promise;
  }

  /** Forgets the oldest line that is not being written; tells how many that were. */
  dropOldest(): number {
    return this.#lines.splice(this.#head + this.#inFlight, 1).length;
  }

  /** Everything that waits, up to a size that fits one write; null when nothing does. */
  take(): string | null {
    if (this.#isAbandoned || this.size === 0) return null;
    let end = this.#head;
    let chars = 0;
    while (end < this.#lines.length && (end === this.#head || chars < LARGEST_BATCH_CHARS)) {
      chars += this.#lines[end]?.length ?? 0;
      end += 1;
    }
    this.#inFlight = end - this.#head;
    this.#batch = this.#next;
    // lines left for the next write belong to callers who wait on this same promise
    if (end === this.#lines.length) this.#next = Promise.withResolvers<undefined>();
    return this.#lines.slice(this.#head, end).join('');
  }

  /** The batch is written, though perhaps not yet safe: its callers need not wait longer. */
  written(): void {
    if (this.#batch !== this.#next) this.#batch.resolve(undefined);
  }

  /** The batch is done with. */
  done(): void {
    this.written();
    this.#head += this.#inFlight;
    this.#inFlight = 0;
    if (this.#head >= MOST_WRITTEN_KEPT || this.size === 0) {
      this.#lines = this.#lines.slice(this.#head);
      this.#head = 0;
    }
    this.admitSeekers();
  }

  /** The batch was not written: its lines wait again, and nobody waits for them. */
  failed(): void {
    this.#inFlight = 0;
    this.#batch.resolve(undefined);
    this.#next.resolve(undefined);
    this.#next = Promise.withResolvers<undefined>();
  }

  /** Settles true once there is room, false when there was none for so long. */
  room(waitMs: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const seeker = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    const timer = setTimeout(() => {
      this.#roomSeekers = this.#roomSeekers.filter((other) => other !== seeker);
      resolve(false);
    }, waitMs);
    this.#roomSeekers.push(seeker);
    return promise;
  }

  /** Gives up on what is not written and tells how much that is. */
  abandon(): number {
    this.#isAbandoned = true;
    return this.size;
  }

  private admitSeekers(): void {
    if (this.isFull || this.#roomSeekers.length === 0) return;
    const seekers = this.#roomSeekers;
    this.#roomSeekers = [];
    for (const seeker of seekers) seeker();
  }
}
