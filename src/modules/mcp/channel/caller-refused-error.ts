import { AppError } from '../../../common/errors/app-error.js';

/** The client was asked and did not answer. */
export class CallerRefusedError extends AppError {
  constructor(message: string) {
    super('EXECUTION_FAILED', message);
  }
}
