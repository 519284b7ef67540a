import type { Clock } from '../../common/ports/clock.js';
import type { Log } from '../../common/ports/log.js';

const LASTING_MS = 60_000;
const REMINDER_MS = 60_000;

/** Knows since when the disk fails and how many records that has cost, and says so once a minute. */
export class FaultWatch {
  #sinceMs: number | null = null;
  #remindedMs = 0;
  #lost = 0;

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** True from a failed write until one succeeds. */
  get isFaulty(): boolean {
    return this.#sinceMs !== null;
  }

  get isLasting(): boolean {
    return this.#sinceMs !== null && this.clock.monotonicMs() - this.#sinceMs > LASTING_MS;
  }

  get lostCount(): number {
    return this.#lost;
  }

  lost(records: number): void {
    this.#lost += records;
  }

  seen(error: unknown, queued: number): void {
    const nowMs = this.clock.monotonicMs();
    const isFirst = this.#sinceMs === null;
    this.#sinceMs ??= nowMs;
    if (!isFirst && nowMs - this.#remindedMs < REMINDER_MS) return;
    this.#remindedMs = nowMs;
    const fields = { queued, lost: this.#lost, failingMs: Math.trunc(nowMs - this.#sinceMs) };
    this.log.write('error', 'audit', 'Audit log cannot be written', fields, error);
  }

  over(): void {
    if (this.#sinceMs === null) return;
    const fields = { lost: this.#lost, failedMs: Math.trunc(this.clock.monotonicMs() - this.#sinceMs) };
    this.#sinceMs = null;
    this.#lost = 0;
    this.log.write('warning', 'audit', 'Audit log can be written again', fields);
  }
}
