import { AppError } from '../../../common/errors/app-error.js';

/** Why a condition has no answer; the message is ours and holds no data. Ends as a denial, never leaves the module. */
export class RuleEvaluationError extends AppError {
  constructor(message: string) {
    super('POLICY_FAILED', message);
  }
}
