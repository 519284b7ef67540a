import { AppError } from '../../common/errors/app-error.js';

/** `params` that the method cannot be called with; always a JSON-RPC error −32602. */
export class InvalidParamsError extends AppError {
  constructor(message: string) {
    super('INPUT_INVALID', message);
  }
}
