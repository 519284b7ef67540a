import { AppError } from '../../../common/errors/app-error.js';

/** A message of a worker that cannot be read; it ends the worker. The text holds nothing of the message. */
export class ProtocolError extends AppError {
  constructor(problem: string) {
    super('WORKER_LOST', `Unreadable message of a Python worker: ${problem}`);
  }
}
