import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../common/domain/json.js';
import { withRawIntegers } from '../../../common/domain/json-text.js';
import type { Question } from '../../../common/domain/question.js';
import { CallerCannotAnswerError } from '../../../common/errors/caller-errors.js';
import type { McpResult } from '../mcp-answer.js';
import type { ClientLink } from './client-link.js';
import { answerTo, inputRequest, missingCapabilities } from './input-requests.js';
import { QuestionKeys } from './question-keys.js';
import { RequestChannel } from './request-channel.js';
import { contentDigest, type RequestState, type StateBinding } from './request-state.js';
import { missingText } from './session-channel.js';

/** A question that was answered in an earlier run, as the state keeps it. */
interface Known {
  readonly digest: string;
  readonly answer: JsonValue;
}

/**
 * Of the modern era (MRTR): a question that has no answer yet ends the run; the client answers by calling again,
 * and the endpoint runs from its start. Questions are recognised by their place in the run and by their content,
 * so an endpoint that asks something else the next time asks anew.
 */
export class RetryChannel extends RequestChannel {
  readonly #keys = new QuestionKeys();
  readonly #known: Map<string, Known>;
  /** Digests of the questions of the last run; null when the client sent no state, so nothing is known of them. */
  readonly #asked: ReadonlyMap<string, string> | null;
  readonly #answered: Record<string, JsonObject> = {};
  readonly #pending: { readonly key: string; readonly question: Question }[] = [];
  #refusal: CallerCannotAnswerError | null = null;

  /** @throws RequestStateError when the request carries a state that is not good for it */
  constructor(
    link: ClientLink,
    private readonly states: RequestState,
    private readonly binding: StateBinding,
  ) {
    super(link);
    const { state } = link.retry;
    const content = state === null ? {} : states.open(state, binding);
    this.#known = knownIn(content);
    this.#asked = state === null ? null : askedIn(content);
  }

  override get refusal(): CallerCannotAnswerError | null {
    return this.#refusal;
  }

  override ask(questions: readonly Question[]): Promise<readonly JsonValue[] | null> {
    const keyed = questions.map((question) => ({ question, key: this.#keys.next(question) }));
    const answers = keyed.map(({ key, question }) => this.#answer(key, question));
    const open = keyed.filter((_, index) => answers[index] === undefined);
    const missing = missingCapabilities(
      open.map(({ question }) => question),
      this.link.capabilities,
    );
    if (missing !== null) {
      this.#refusal = new CallerCannotAnswerError(missingText(missing), missing);
      return Promise.reject(this.#refusal);
    }
    this.#pending.push(...open);
    return Promise.resolve(answers.every((answer) => answer !== undefined) ? answers : null);
  }

  override inputRequired(): McpResult | null {
    if (this.#pending.length === 0) return null;
    const requests = this.#pending.map(({ key, question }) => [key, wire(question)]);
    const asked = this.#pending.map(({ key, question }) => [key, contentDigest(asJson(question))]);
    return {
      resultType: 'input_required',
      inputRequests: Object.fromEntries(requests),
      requestState: this.states.seal({ known: this.#answered, asked }, this.binding),
    };
  }

  #answer(key: string, question: Question): JsonValue | undefined {
    const digest = contentDigest(asJson(question));
    const known = this.#known.get(key);
    const answer = known?.digest === digest ? known.answer : this.#response(key, digest, question);
    if (answer !== undefined) this.#answered[key] = { digest, answer };
    return answer;
  }

  #response(key: string, digest: string, question: Question): JsonValue | undefined {
    const { responses } = this.link.retry;
    if (!Object.hasOwn(responses, key)) return undefined;
    if (this.#asked !== null && this.#asked.get(key) !== digest) return undefined;
    return answerTo(question, responses[key]);
  }
}

function wire(question: Question): McpResult {
  const { method, params } = inputRequest(question);
  return { method, params: withRawIntegers(asJson(params)) };
}

/** Questions are plain data of endpoint code. */
function asJson(value: unknown): JsonValue {
  return value as JsonValue;
}

// what opens is ours; it is read like anything else that comes in

function knownIn(content: JsonValue): Map<string, Known> {
  const known = isJsonObject(content) ? content['known'] : undefined;
  const entries = isJsonObject(known) ? Object.entries(known) : [];
  return new Map(
    entries.flatMap(([key, entry]: [string, JsonValue]) => {
      if (!isJsonObject(entry)) return [];
      const { digest, answer } = entry;
      return typeof digest === 'string' && answer !== undefined ? [[key, { digest, answer }] as const] : [];
    }),
  );
}

function askedIn(content: JsonValue): ReadonlyMap<string, string> {
  const asked = isJsonObject(content) ? content['asked'] : undefined;
  const entries = isJsonArray(asked) ? asked : [];
  return new Map(
    entries.flatMap((entry) => {
      const [key, digest] = isJsonArray(entry) ? entry : [];
      return typeof key === 'string' && typeof digest === 'string' ? [[key, digest] as const] : [];
    }),
  );
}
