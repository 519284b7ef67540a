import type { JsonObject } from '../../../common/domain/json.js';

/** The wire to one worker process. */
export interface WorkerLink {
  /** Sends a message; what is sent to a worker that has ended is lost. */
  send(message: JsonObject): void;

  /** Settles once the worker has taken most of what was sent, or has ended. */
  drained(): Promise<void>;

  /** Ends the process at once. */
  kill(): void;

  /** Settles once the process has ended. */
  readonly ended: Promise<void>;
}

export interface WorkerListener {
  /** Takes messages in their order; one that throws ends the worker. */
  onMessage(message: JsonObject): void;

  /** The process has ended, after its last message. @param how `code 1`, or `signal SIGKILL` */
  onEnd(how: string): void;
}

/** Starts a worker process. */
export type Launch = (listener: WorkerListener) => WorkerLink;
