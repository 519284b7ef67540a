import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/server';

/** Requests of the server to the client of one connection that have no answer yet. */
export class OpenQuestions {
  readonly #open = new Set<RequestId>();
  #hasClientGone = false;

  /** @param deliver takes the answers in place of a client that has gone */
  constructor(private readonly deliver: (answer: JSONRPCMessage) => void) {}

  sent(message: JSONRPCMessage): void {
    if (!('method' in message)) return;
    if (!('id' in message)) {
      if (message.method === 'notifications/cancelled') this.#forget(message.params?.['requestId']);
    } else if (this.#hasClientGone) {
      setImmediate(() => {
        this.#fail(message.id);
      });
    } else {
      this.#open.add(message.id);
    }
  }

  received(message: JSONRPCMessage): void {
    if (!('method' in message)) this.#forget(message.id);
  }

  /** Nobody answers any more: who waits for an answer should not wait longer. */
  clientGone(): void {
    this.#hasClientGone = true;
    for (const id of this.#open) this.#fail(id);
    this.#open.clear();
  }

  #fail(id: RequestId): void {
    this.deliver({ jsonrpc: '2.0', id, error: { code: -32000, message: 'the client has gone' } });
  }

  #forget(id: unknown): void {
    if (typeof id === 'string' || typeof id === 'number') this.#open.delete(id);
  }
}
