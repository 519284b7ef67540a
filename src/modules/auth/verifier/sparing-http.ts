import type { JsonObject } from '../../../common/domain/json.js';
import { parseJsonObject } from '../../../common/domain/json-text.js';
import { ProviderUnavailableError } from '../../../common/errors/auth-errors.js';
import type { Clock } from '../../../common/ports/clock.js';
import type { Log } from '../../../common/ports/log.js';
import { ProviderHttp, type ProviderRequest } from '../provider-http.js';

/** What the provider said; a body that is no JSON object is null. */
export interface SparingAnswer {
  readonly status: number;
  readonly body: JsonObject | null;
}

/** Longest that an answer may take, body included: a caller waits for it. */
const TIME_LIMIT_MS = 5_000;

/** So long after it did not answer, a URL is not asked again. */
const PAUSE_MS = 5_000;

/** A URL that did not answer the last time. */
interface Silence {
  readonly sinceMs: number;
  /** One request finds out whether it answers again; the others do not wait for it. */
  isTried: boolean;
}

/** Asks the identity provider, and not at all for a while after it was silent: every call may bring a token. */
export class SparingHttp {
  readonly #http = new ProviderHttp(fetch, TIME_LIMIT_MS);
  readonly #silent = new Map<string, Silence>();

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** A document that the provider publishes. @throws ProviderUnavailableError */
  async document(url: string): Promise<JsonObject> {
    const { status, body } = await this.ask(url).catch((error: unknown) => {
      throw isFailure(error) ? this.unusable(url, 'fails', error) : error;
    });
    if (status === 200 && body !== null) return body;
    throw this.unusable(url, `answers ${status}, or with no JSON object`);
  }

  /**
   * An answer about one token. A status of 5xx comes at once and is that token's: it must not stop the others.
   * @throws ProviderUnavailableError when nobody answers, or with a status of 3xx, 429 or 5xx, or too much
   */
  async ask(url: string, request: ProviderRequest = {}): Promise<SparingAnswer> {
    this.#refuseWhileSilent(url);
    try {
      const { status, text } = await this.#http.send(url, request);
      this.#silent.delete(url);
      return { status, body: parseJsonObject(text) };
    } catch (error) {
      if (!isFailure(error)) throw this.unusable(url, 'does not answer', error);
      this.#silent.delete(url);
      throw error;
    }
  }

  /** Says why in the log, and leaves the URL alone for a while. @param why completes "The identity provider …" */
  unusable(url: string, why: string, error?: unknown): ProviderUnavailableError {
    this.#silent.set(url, { sinceMs: this.clock.monotonicMs(), isTried: false });
    const { host, pathname } = new URL(url);
    const reason = error instanceof ProviderUnavailableError ? error.details['reason'] : null;
    this.log.write('warning', 'auth', `The identity provider ${why}`, {
      host,
      pathname,
      reason: typeof reason === 'string' ? reason : null,
    });
    return new ProviderUnavailableError({ cause: error });
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

/** The provider answered, with a failure of its own. */
function isFailure(error: unknown): boolean {
  const status = error instanceof ProviderUnavailableError ? error.details['status'] : null;
  return typeof status === 'number' && status >= 500;
}
