import type { Readable, Writable } from 'node:stream';
import {
  parseJSONRPCMessage,
  type JSONRPCMessage,
  type RequestId,
  type Transport,
} from '@modelcontextprotocol/server';
import { DRAIN_LIMIT_MS } from '../../common/async/drain-limit.js';
import { WatchedResources } from './changes/watched-resources.js';
import { parseMessage, type MessageRefusal } from './json-message.js';
import { LineReader } from './line-reader.js';
import { OpenQuestions } from './open-questions.js';
import { withWireCode } from './legacy-error-codes.js';

/** Stays open as long as the connection, so nobody waits for its answer. */
const LISTEN = 'subscriptions/listen';

/**
 * JSON-RPC over two streams, one message a line. Integers keep all their digits. When the input ends, what it
 * asked for is still answered; what the client was asked is not.
 */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;

  /** Settles when the connection is over. */
  readonly closed: Promise<void>;

  /** What the client ever listened for; what it hears now is sorted out behind this transport. */
  readonly watched = new WatchedResources();

  readonly #lines: LineReader;
  readonly #pending = new Set<RequestId>();
  readonly #questions = new OpenQuestions((answer) => {
    this.onmessage?.(answer);
  });
  readonly #settleClosed: () => void;
  #drainTimer: NodeJS.Timeout | null = null;
  #hasEnded = false;
  #isClosed = false;

  /** @param lineLimit most bytes of one message */
  constructor(
    private readonly input: Readable,
    private readonly output: Writable,
    lineLimit: number,
  ) {
    this.#lines = new LineReader(lineLimit, (line) => {
      this.#receive(line);
    });
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.closed = promise;
    this.#settleClosed = () => {
      resolve(undefined);
    };
  }

  start(): Promise<void> {
    this.input.on('data', this.#read);
    this.input.once('end', this.#end);
    this.input.once('close', this.#end);
    this.output.once('error', this.#fail);
    return Promise.resolve();
  }

  send(message: JSONRPCMessage): Promise<void> {
    const wire = withWireCode(message);
    if (!('method' in wire) && wire.id !== undefined) this.#pending.delete(wire.id);
    this.#questions.sent(wire);
    const written = this.#write(wire);
    this.#closeWhenDone();
    return written;
  }

  close(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#isClosed = true;
    this.input.off('data', this.#read);
    this.input.pause();
    if (this.#drainTimer !== null) clearTimeout(this.#drainTimer);
    this.onclose?.();
    this.#settleClosed();
    return Promise.resolve();
  }

  /** Bytes of the message that is being received. */
  get messageBytes(): number {
    return this.#lines.lineBytes;
  }

  readonly #read = (chunk: Buffer): void => {
    this.#lines.push(chunk);
  };

  readonly #end = (): void => {
    if (this.#hasEnded) return;
    this.#lines.finish();
    this.#hasEnded = true;
    this.#questions.clientGone();
    this.#drainTimer = setTimeout(() => void this.close(), DRAIN_LIMIT_MS);
    this.#closeWhenDone();
  };

  readonly #fail = (error: Error): void => {
    this.onerror?.(error);
    void this.close();
  };

  #closeWhenDone(): void {
    if (this.#hasEnded && this.#pending.size === 0) void this.close();
  }

  #receive(line: string | null): void {
    if (line === null) {
      void this.#refuse({ code: -32600, message: 'Invalid Request: the message is too long' });
      return;
    }
    if (line.trim() === '') return;
    const parsed = parseMessage(line);
    if (!parsed.ok) {
      void this.#refuse(parsed.refusal);
      return;
    }
    let message: JSONRPCMessage;
    try {
      message = parseJSONRPCMessage(parsed.value);
    } catch {
      void this.#refuse({ code: -32600, message: 'Invalid Request: not a JSON-RPC message' });
      return;
    }
    if ('method' in message && 'id' in message && message.method !== LISTEN) this.#pending.add(message.id);
    if ('method' in message && message.method === LISTEN) this.watched.listen(parsed.value);
    this.#forgetCancelled(message);
    this.#questions.received(message);
    this.onmessage?.(message);
  }

  /** A cancelled request is never answered. */
  #forgetCancelled(message: JSONRPCMessage): void {
    if (!('method' in message) || message.method !== 'notifications/cancelled') return;
    const id: unknown = message.params?.['requestId'];
    if (typeof id === 'string' || typeof id === 'number') this.#pending.delete(id);
  }

  #refuse({ code, message }: MessageRefusal): Promise<void> {
    return this.#write({ jsonrpc: '2.0', id: null, error: { code, message } });
  }

  #write(message: object): Promise<void> {
    return new Promise((resolve, reject) => {
      this.output.write(`${JSON.stringify(message)}\n`, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }
}
