import { basename, dirname, join } from 'node:path';
import type { Clock } from '../../common/ports/clock.js';
import type { SegmentFiles, SegmentHandle } from './segment-files.js';

/**
 * Appends batches to the segments of one base path (audit.md §4). A segment is created with its first
 * batch, is left when it is full or was moved away, and never keeps half a batch: what a failed append
 * left behind is cut off before anything else is written.
 */
export class SegmentWriter {
  #segment: SegmentHandle | null = null;
  /** Bytes of the segment that belong to finished batches. */
  #committed = 0;
  #isTorn = false;
  /** Counts the names that were taken, for the life of the process. */
  #takenNames = 0;

  constructor(
    private readonly basePath: string,
    private readonly maxFileSize: number,
    private readonly files: SegmentFiles,
    private readonly clock: Clock,
  ) {}

  get directory(): string {
    return dirname(this.basePath);
  }

  private get isFull(): boolean {
    return this.#committed >= this.maxFileSize;
  }

  /** @throws the system's own error */
  async prepare(): Promise<void> {
    await this.files.prepare(this.directory);
  }

  /**
   * Appends a batch, which counts as unfinished until `commit`.
   * @throws the system's own error; the batch may then be given again
   */
  async append(batch: Buffer): Promise<void> {
    const segment = await this.ready();
    this.#isTorn = true;
    await segment.append(batch);
  }

  /** @throws the system's own error; the last batch may then be given again */
  async sync(): Promise<void> {
    await this.#segment?.sync();
  }

  /** Keeps the batch of so many bytes that was appended last. */
  commit(bytes: number): void {
    this.#isTorn = false;
    this.#committed += bytes;
  }

  /** Goes on in a new segment. What cannot be cut off the old one is a last line that readers skip. */
  async abandon(): Promise<void> {
    const segment = this.#segment;
    this.#segment = null;
    if (segment === null) return;
    // the segment is given up because it fails: its own fault is reported, these would repeat it
    await Promise.allSettled([this.#committed === 0 ? segment.remove() : segment.truncate(this.#committed)]);
    await Promise.allSettled([segment.close()]);
    this.#isTorn = false;
  }

  async close(): Promise<void> {
    if (this.#isTorn) await this.abandon();
    else await this.leave();
  }

  private async ready(): Promise<SegmentHandle> {
    if (this.#segment !== null && this.#isTorn) {
      await this.#segment.truncate(this.#committed);
      this.#isTorn = false;
    }
    if (this.#segment !== null && (this.isFull || !(await this.#segment.isInPlace()))) await this.leave();
    this.#segment ??= await this.create();
    return this.#segment;
  }

  private async leave(): Promise<void> {
    const segment = this.#segment;
    this.#segment = null;
    await segment?.close();
  }

  private async create(): Promise<SegmentHandle> {
    await this.files.prepare(this.directory);
    const stem = basename(this.basePath).replace(/\.jsonl$/u, '');
    const time = this.clock.now().toISOString().slice(0, 19).replace(/[-:]/gu, '');
    let segment = await this.files.create(join(this.directory, `${stem}-${time}.jsonl`));
    while (segment === null) {
      this.#takenNames += 1;
      segment = await this.files.create(join(this.directory, `${stem}-${time}-${this.#takenNames}.jsonl`));
    }
    this.#committed = 0;
    this.#isTorn = false;
    return segment;
  }
}
