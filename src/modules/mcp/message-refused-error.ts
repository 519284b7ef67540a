import { AppError } from '../../common/errors/app-error.js';
import type { MessageRefusal } from './json-message.js';

/** A request whose body is not a JSON-RPC message. */
export class MessageRefusedError extends AppError {
  constructor(readonly refusal: MessageRefusal) {
    super('USAGE_INVALID', refusal.message);
  }
}
