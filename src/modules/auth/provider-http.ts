import { ProviderUnavailableError } from '../../common/errors/auth-errors.js';

/** Longest that one call may take, its answer included. */
const CALL_TIMEOUT_MS = 10_000;
/** The `reason` of a call that took longer. */
export const TIME_OUT = 'time-out';
/** Most that is read of an answer. */
const ANSWER_LIMIT_BYTES = 1024 * 1024;

export interface ProviderRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | URLSearchParams;
}

/** An answer that may be a refusal but is one: complete, not too long, neither a redirect nor a server's failure. */
export interface ProviderAnswer {
  /** The host that was asked, for error texts. */
  readonly host: string;
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

/**
 * Calls identity providers: bounded in time and length, never redirected, since a redirect could carry secrets
 * to another host. What goes wrong becomes an error without bodies, tokens and causes that quote them.
 */
export class ProviderHttp {
  constructor(
    private readonly fetch: typeof globalThis.fetch = globalThis.fetch,
    private readonly timeoutMs: number = CALL_TIMEOUT_MS,
  ) {}

  /** @throws ProviderUnavailableError */
  async send(url: string, request: ProviderRequest = {}): Promise<ProviderAnswer> {
    const { host } = new URL(url);
    const answer = await this.#exchange(url, request).catch((error: unknown) => {
      throw new ProviderUnavailableError({ details: { host, reason: reasonOf(error) } });
    });
    const { status } = answer;
    if (answer.text === null) {
      throw new ProviderUnavailableError({ details: { host, status, reason: 'answer too long' } });
    }
    if (status >= 500 || status === 429 || (status >= 300 && status < 400)) {
      throw new ProviderUnavailableError({ details: { host, status, reason: `status ${status}` } });
    }
    return { host, status, contentType: answer.contentType, text: answer.text };
  }

  async #exchange(url: string, request: ProviderRequest): Promise<RawAnswer> {
    const response = await this.fetch(url, {
      ...request,
      redirect: 'manual',
      signal: AbortSignal.timeout(this.timeoutMs),
    });
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
      text: await limitedText(response),
    };
  }
}

interface RawAnswer {
  readonly status: number;
  readonly contentType: string;
  /** Null when longer than the limit. */
  readonly text: string | null;
}

async function limitedText(response: Response): Promise<string | null> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > ANSWER_LIMIT_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A word for the log; messages of network errors may quote addresses and more. */
function reasonOf(error: unknown): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') return TIME_OUT;
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : 'network failure';
}
