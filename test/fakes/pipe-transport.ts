import type { Readable, Writable } from 'node:stream';
import { createInterface } from 'node:readline';
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client';

/** The client's end of a pair of streams, one message a line. */
export class PipeTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;

  /** @param output what the server reads @param input what the server writes */
  constructor(
    private readonly output: Writable,
    private readonly input: Readable,
  ) {}

  start(): Promise<void> {
    createInterface({ input: this.input }).on('line', (line) => {
      this.onmessage?.(JSON.parse(line) as JSONRPCMessage);
    });
    return Promise.resolve();
  }

  send(message: JSONRPCMessage): Promise<void> {
    this.output.write(`${JSON.stringify(message)}\n`);
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.output.end();
    this.onclose?.();
    return Promise.resolve();
  }
}
