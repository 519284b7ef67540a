import { SegmentFiles, type SegmentHandle } from '../../../src/modules/audit/segment-files.js';

/** A file system in memory whose next operations can be made to fail. */
export class MemorySegmentFiles extends SegmentFiles {
  readonly contents = new Map<string, Buffer>();
  readonly directories: string[] = [];
  readonly calls: string[] = [];
  /** Operation and how often it still fails; an append leaves half its bytes behind. */
  readonly faults = new Map<string, number>();
  /** While set, appends wait for it. */
  gate: Promise<unknown> | null = null;

  override prepare(directory: string): Promise<void> {
    this.directories.push(directory);
    return this.step('prepare', () => undefined);
  }

  override async create(path: string): Promise<SegmentHandle | null> {
    await this.step('create', () => undefined);
    if (this.contents.has(path)) return null;
    const file: { bytes: Buffer } = { bytes: Buffer.alloc(0) };
    const store = (bytes: Buffer): void => {
      file.bytes = bytes;
      this.contents.set(path, bytes);
    };
    store(file.bytes);
    return {
      append: async (bytes) => {
        await this.gate;
        await this.step(
          'append',
          () => {
            store(Buffer.concat([file.bytes, bytes]));
          },
          () => {
            store(Buffer.concat([file.bytes, bytes.subarray(0, bytes.length / 2)]));
          },
        );
      },
      sync: () => this.step('sync', () => undefined),
      truncate: (size) =>
        this.step('truncate', () => {
          store(file.bytes.subarray(0, size));
        }),
      isInPlace: () => Promise.resolve(this.contents.get(path) === file.bytes),
      remove: () =>
        this.step('remove', () => {
          this.contents.delete(path);
        }),
      close: () => this.step('close', () => undefined),
    };
  }

  text(path: string): string {
    return this.contents.get(path)?.toString() ?? '';
  }

  /** `record_id`s of all segments, in order. */
  ids(): string[] {
    return [...this.contents.values()]
      .flatMap((bytes) => bytes.toString().split('\n').slice(0, -1))
      .map((line) => (JSON.parse(line) as { record_id: string }).record_id);
  }

  private step(name: string, work: () => void, failing: () => void = () => undefined): Promise<void> {
    this.calls.push(name);
    const left = this.faults.get(name) ?? 0;
    if (left > 0) {
      this.faults.set(name, left - 1);
      failing();
      return Promise.reject(Object.assign(new Error(`${name} failed`), { code: 'ENOSPC' }));
    }
    work();
    return Promise.resolve();
  }
}
