import { AppError } from '../../../common/errors/app-error.js';

const PREFIX = 'policy: ';

/** Why a condition has no answer. Ends as a denial and never leaves the module. */
export class RuleEvaluationError extends AppError {
  /** @param reason ours, without data */
  constructor(reason: string) {
    super('POLICY_FAILED', PREFIX + reason);
  }

  /** The reason inside a message that the library passed on; null when the message is the library's own. */
  static reasonIn(message: string): string | null {
    return message.startsWith(PREFIX) ? message.slice(PREFIX.length) : null;
  }
}
