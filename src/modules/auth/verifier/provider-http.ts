import { isJsonObject, type JsonObject } from '../../../common/domain/json.js';
import { parseJsonText } from '../../../common/domain/json-text.js';
import { ProviderUnavailableError } from '../../../common/errors/auth-errors.js';
import type { Clock } from '../../../common/ports/clock.js';
import type { Log } from '../../../common/ports/log.js';

/** What the provider said; a body that is no JSON object is null. */
export interface ProviderAnswer {
  readonly status: number;
  readonly body: JsonObject | null;
}

export type ProviderRequest = Pick<RequestInit, 'method' | 'headers' | 'body'>;

/** Longest that an answer may take, body included. */
const TIME_LIMIT_MS = 5_000;

const BODY_LIMIT = 1_048_576;

/** So long after it did not answer, a URL is not asked again. */
const PAUSE_MS = 5_000;

/** A URL that did not answer the last time. */
interface Silence {
  readonly sinceMs: number;
  /** One request finds out whether it answers again; the others do not wait for it. */
  isTried: boolean;
}

/** Asks the identity provider: within limits, never redirected, and not at all for a while after it was silent. */
export class ProviderHttp {
  readonly #silent = new Map<string, Silence>();

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** A document that the provider publishes. @throws ProviderUnavailableError */
  async document(url: string): Promise<JsonObject> {
    const { status, body } = await this.ask(url);
    if (status === 200 && body !== null) return body;
    throw this.unusable(url, `answers ${status}, or with no JSON object`);
  }

  /**
   * An answer about one token. A status of 5xx comes at once and is that token's: it must not stop the others.
   * @throws ProviderUnavailableError when nobody answers, or with a status of 429 or 5xx, or too much
   */
  async ask(url: string, request: ProviderRequest = {}): Promise<ProviderAnswer> {
    this.#refuseWhileSilent(url);
    let answer: ProviderAnswer;
    try {
      answer = await answerOf(url, request);
    } catch (error) {
      throw this.unusable(url, 'does not answer', error);
    }
    if (answer.status === 429) throw this.unusable(url, 'is asked too often');
    this.#silent.delete(url);
    if (answer.status >= 500) throw new ProviderUnavailableError();
    return answer;
  }

  /** Says why in the log, and leaves the URL alone for a while. @param why completes "The identity provider …" */
  unusable(url: string, why: string, cause?: unknown): ProviderUnavailableError {
    this.#silent.set(url, { sinceMs: this.clock.monotonicMs(), isTried: false });
    const { host, pathname } = new URL(url);
    this.log.write('warning', 'auth', `The identity provider ${why}`, { host, pathname });
    return new ProviderUnavailableError({ cause });
  }

  #refuseWhileSilent(url: string): void {
    const silence = this.#silent.get(url);
    if (silence === undefined) return;
    if (silence.isTried || this.clock.monotonicMs() - silence.sinceMs < PAUSE_MS) {
      throw new ProviderUnavailableError();
    }
    silence.isTried = true;
  }
}

async function answerOf(url: string, request: ProviderRequest): Promise<ProviderAnswer> {
  const signal = AbortSignal.timeout(TIME_LIMIT_MS);
  const response = await fetch(url, { ...request, redirect: 'error', signal });
  return { status: response.status, body: objectOf(await textOf(response)) };
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const body: AsyncIterable<Uint8Array> | null = response.body;
  // leaving the loop early cancels the body
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > BODY_LIMIT) throw new ProviderUnavailableError();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function objectOf(text: string): JsonObject | null {
  try {
    const value = parseJsonText(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
