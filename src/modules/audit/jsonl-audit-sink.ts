import type { AuditConfig } from '../../common/domain/app-config.js';
import type { AuditRecord } from '../../common/domain/audit-record.js';
import { runningUser } from '../../common/domain/running-user.js';
import { ConfigInvalidError } from '../../common/errors/config-errors.js';
import { AuditFailedError } from '../../common/errors/server-errors.js';
import { AuditSink } from '../../common/ports/audit-sink.js';
import type { Clock } from '../../common/ports/clock.js';
import type { Log } from '../../common/ports/log.js';
import { auditLine } from './audit-line.js';
import { FaultWatch } from './fault-watch.js';
import { RecordQueue } from './record-queue.js';
import type { SegmentFiles } from './segment-files.js';
import { SegmentWriter } from './segment-writer.js';

const ADMIT_WAIT_MS = 5_000;
const CLOSE_WAIT_MS = 5_000;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;
/** Tries after which a segment that cannot be written is given up. */
const TRIES_PER_SEGMENT = 2;

/**
 * The audit log as JSON lines in segments (audit.md §§4, 5, 13).
 *
 * Group commit: all records that queue during one write go out in the next. While the disk fails,
 * records wait in the bounded queue and are tried again, and callers wait only for the queue. A full
 * queue refuses calls (`block`) or loses its oldest records, counted (`continue`).
 */
export class JsonlAuditSink extends AuditSink {
  override readonly enabled = true;
  readonly #queue: RecordQueue;
  readonly #segments: SegmentWriter;
  readonly #fault: FaultWatch;
  #writing: Promise<void> | null = null;
  #closing: Promise<void> | null = null;
  #endPause: () => void = () => undefined;

  constructor(
    private readonly config: AuditConfig,
    clock: Clock,
    private readonly log: Log,
    files: SegmentFiles,
  ) {
    super();
    this.#queue = new RecordQueue(config.queueLimit);
    this.#segments = new SegmentWriter(config.path, config.maxFileSize, files, clock);
    this.#fault = new FaultWatch(clock, log);
  }

  /**
   * Creates the directory, so that a server that could not record does not start.
   * @throws ConfigInvalidError that names the directory
   */
  async prepare(): Promise<void> {
    try {
      await this.#segments.prepare();
    } catch (cause) {
      throw new ConfigInvalidError(
        `Audit directory cannot be written: ${this.#segments.directory} (${reasonOf(cause)}). ` +
          `Let ${runningUser()} write there, or name another place with audit.path.`,
        { cause },
      );
    }
  }

  override async admit(): Promise<void> {
    if (this.#closing !== null) throw new AuditFailedError();
    if (!this.#queue.isFull || this.config.onFailure === 'continue') return;
    if (!(await this.#queue.room(ADMIT_WAIT_MS))) throw new AuditFailedError();
  }

  /**
   * Takes the record of an admitted call, also beyond the limit: the call has run, and its answer must
   * not leave unrecorded.
   * @throws AuditFailedError once the sink is closed
   */
  override write(record: AuditRecord): Promise<void> {
    if (this.#closing !== null) return Promise.reject(new AuditFailedError());
    if (this.#queue.isFull && this.config.onFailure === 'continue')
      this.#fault.lost(this.#queue.dropOldest());
    const written = this.#queue.add(auditLine(record, this.config));
    this.#writing ??= this.drain();
    return this.#fault.isFaulty ? Promise.resolve() : written;
  }

  /** False once the disk has failed for more than a minute and calls are to be refused for it. */
  override healthy(): boolean {
    return this.config.onFailure === 'continue' || !this.#fault.isLasting;
  }

  /** Writes what is queued, for at most 5 s, and reports what is left. Later records are refused. */
  override close(): Promise<void> {
    this.#closing ??= this.finish();
    return this.#closing;
  }

  private async finish(): Promise<void> {
    this.#endPause();
    const timeUp = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => {
      timeUp.resolve(undefined);
    }, CLOSE_WAIT_MS);
    await Promise.race([this.#writing, timeUp.promise]);
    clearTimeout(timer);
    const unwritten = this.#queue.abandon();
    if (unwritten > 0) {
      const fields = { unwritten, lost: this.#fault.lostCount };
      this.log.write('critical', 'audit', `Audit log closed with ${unwritten} unwritten records`, fields);
    }
    await this.#segments.close();
  }

  private async drain(): Promise<void> {
    // records of the same turn of the event loop go out together
    await Promise.resolve();
    let failures = 0;
    for (let batch = this.#queue.take(); batch !== null; batch = this.#queue.take()) {
      try {
        await this.commit(Buffer.from(batch));
        this.#fault.over();
        failures = 0;
      } catch (error) {
        failures += 1;
        this.#queue.failed();
        this.#fault.seen(error, this.#queue.size);
        if (failures >= TRIES_PER_SEGMENT) await this.#segments.abandon();
        await this.pause(Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LONGEST_RETRY_MS));
      }
    }
    this.#writing = null;
  }

  private async commit(batch: Buffer): Promise<void> {
    await this.#segments.append(batch);
    if (this.config.fsync === 'batch') this.#queue.written();
    if (this.config.fsync !== 'never') await this.#segments.sync();
    this.#segments.commit(batch.length);
    this.#queue.done();
  }

  /** A closing sink does not wait long between tries. */
  private pause(ms: number): Promise<undefined> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const end = (): void => {
      clearTimeout(timer);
      resolve(undefined);
    };
    const timer = setTimeout(end, this.#closing === null ? ms : FIRST_RETRY_MS);
    timer.unref();
    this.#endPause = end;
    return promise;
  }
}

/** The system's code, such as `EACCES`. */
function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
