const QUEUED = 1;
const BEGUN = 2;
const TAKEN = 3;

/** Calls that one thread can hold. */
export const SLOT_COUNT = 1024;

/**
 * What the server and one of its threads know at once, without a message: which queued calls have begun, and whose
 * code is on the thread's stack. A thread that is stuck in an endless loop reads no messages.
 */
export class ThreadState {
  readonly buffer: SharedArrayBuffer;
  readonly #cells: Int32Array;

  /** @param buffer of the other side; a new one by default */
  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer((SLOT_COUNT + 1) * 4)) {
    this.buffer = buffer;
    this.#cells = new Int32Array(buffer);
  }

  /** Server: a call is about to be sent in this slot. */
  queue(slot: number): void {
    Atomics.store(this.#cells, slot + 1, QUEUED);
  }

  /** Server: takes a call back that has not begun; false when it has, or was taken before. */
  take(slot: number): boolean {
    return Atomics.compareExchange(this.#cells, slot + 1, QUEUED, TAKEN) === QUEUED;
  }

  /** Thread: begins a call; false when the server took it back. */
  begin(slot: number): boolean {
    return Atomics.compareExchange(this.#cells, slot + 1, QUEUED, BEGUN) === QUEUED;
  }

  /** The slot of the call whose code runs now, as far as it is known; else null. */
  get running(): number | null {
    const cell = Atomics.load(this.#cells, 0);
    return cell === 0 ? null : cell - 1;
  }

  set running(slot: number | null) {
    Atomics.store(this.#cells, 0, slot === null ? 0 : slot + 1);
  }
}
