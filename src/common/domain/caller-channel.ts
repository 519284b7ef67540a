import type { JsonValue } from './json.js';
import { CallerCannotAnswerError } from '../errors/caller-errors.js';
import type { Question } from './question.js';

/** Severities of MCP log notifications (RFC 5424), the least severe first. */
export const noticeLevels = [
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
] as const;

export type NoticeLevel = (typeof noticeLevels)[number];

/** Who waits for a call, while it runs. One who cannot listen ignores what it is told and refuses to be asked. */
export abstract class CallerChannel {
  abstract progress(done: number, total?: number, message?: string): void;

  abstract log(level: NoticeLevel, data: JsonValue, logger?: string): void;

  /**
   * Asks the caller, all questions at once, and gives the answers in their order. An elicitation's answer is
   * `{action: 'accept' | 'decline' | 'cancel', content?}`, the others' is MCP's result.
   *
   * Null: the caller answers by calling again, so this run of the endpoint must end at once, as the output `ask`
   * with these questions (MRTR of MCP 2026-07-28). The next run gets the answers to the same questions.
   * @throws CallerCannotAnswerError when the caller is not able to
   */
  abstract ask(questions: readonly Question[]): Promise<readonly JsonValue[] | null>;
}

/** Of a caller that is told nothing and cannot be asked. */
export class SilentChannel extends CallerChannel {
  progress(): void {
    // nobody listens
  }

  log(): void {
    // nobody listens
  }

  ask(): Promise<never> {
    return Promise.reject(new CallerCannotAnswerError('The caller cannot be asked anything here'));
  }
}
