import type { NoticeLevel } from '../../src/common/domain/caller-channel.js';
import { noRetry, type ClientLink, type Retry } from '../../src/modules/mcp/channel/client-link.js';

/** A client that can do what it is told it can, answers by the function given, and keeps what it was sent. */
export class FakeClientLink implements ClientLink {
  readonly sent: { readonly method: string; readonly params: Readonly<Record<string, unknown>> }[] = [];
  readonly capabilities: ClientLink['capabilities'];
  readonly progressToken: string | number | null;
  readonly logLevel: NoticeLevel | null;
  readonly retry: Retry;
  readonly #answer: (method: string, params: Readonly<Record<string, unknown>>) => unknown;

  constructor(
    parts: Partial<Pick<ClientLink, 'capabilities' | 'progressToken' | 'logLevel' | 'retry'>> & {
      readonly answer?: (method: string, params: Readonly<Record<string, unknown>>) => unknown;
    } = {},
  ) {
    this.capabilities = parts.capabilities ?? null;
    this.progressToken = parts.progressToken ?? null;
    this.logLevel = parts.logLevel ?? null;
    this.retry = parts.retry ?? noRetry;
    this.#answer = parts.answer ?? (() => ({}));
  }

  notify(method: string, params: Readonly<Record<string, unknown>>): Promise<void> {
    this.sent.push({ method, params });
    return Promise.resolve();
  }

  async request(method: string, params: Readonly<Record<string, unknown>>): Promise<unknown> {
    this.sent.push({ method, params });
    return Promise.resolve(this.#answer(method, params));
  }
}
