import type { JsonValue } from '../../../common/domain/json.js';
import type { Question } from '../../../common/domain/question.js';
import { CallerCannotAnswerError } from '../../../common/errors/caller-errors.js';
import { CallerRefusedError } from './caller-refused-error.js';
import { answerTo, inputRequest, missingCapabilities } from './input-requests.js';
import { RequestChannel } from './request-channel.js';

/** Of the legacy era: the client is asked on the stream of its request, while the call waits. */
export class SessionChannel extends RequestChannel {
  readonly refusal = null;

  /** @throws CallerRefusedError when the client answers with an error, not in time, or with something else */
  override ask(questions: readonly Question[]): Promise<readonly JsonValue[]> {
    const { capabilities } = this.link;
    if (capabilities === null) {
      return Promise.reject(
        new CallerCannotAnswerError(
          'The endpoint asks its caller, who has no session: call `initialize` with the capability `elicitation` first',
        ),
      );
    }
    const missing = missingCapabilities(questions, capabilities);
    if (missing !== null) return Promise.reject(new CallerCannotAnswerError(missingText(missing), missing));
    return Promise.all(questions.map((question) => this.#answer(question)));
  }

  override inputRequired(): null {
    return null;
  }

  async #answer(question: Question): Promise<JsonValue> {
    const { method, params } = inputRequest(question);
    const answer = answerTo(question, await this.link.request(method, params));
    if (answer === undefined)
      throw new CallerRefusedError('The client answered something else than was asked');
    return answer;
  }
}

/** What a client lacks, in words. */
export function missingText(missing: Readonly<Record<string, unknown>>): string {
  const names = Object.entries(missing).flatMap(([capability, members]) => {
    const inner = typeof members === 'object' && members !== null ? Object.keys(members) : [];
    return inner.length === 0 ? [capability] : inner.map((member) => `${capability}.${member}`);
  });
  return `The client does not support what the endpoint asks for: ${names.join(', ')}`;
}
