import { createInterface, type Interface } from 'node:readline';
import type { Session } from '../session.js';

/** Asks yes or no, and reads a line of stdin. */
export class Questions {
  #lines: AsyncIterator<string> | null = null;
  #interface: Interface | null = null;

  constructor(private readonly session: Session) {}

  /**
   * The answer; null when nobody can give one: stdin is closed, or stdout belongs to a JSON document.
   * @throws the signal's reason on Ctrl-C
   */
  async confirm(question: string): Promise<boolean | null> {
    const { host, printer, signal } = this.session;
    if (printer.isJson) return null;
    printer.ask(`${question} [y/N]: `);
    this.#lines ??= this.#open();
    const line = await this.#lines.next();
    // a terminal shows the line end that was typed
    if (!host.stdin.isTTY || line.done === true) printer.line();
    signal.throwIfAborted();
    return line.done === true ? null : /^\s*y(es)?\s*$/i.test(line.value);
  }

  /** Lets go of stdin. */
  close(): void {
    this.#interface?.close();
  }

  #open(): AsyncIterator<string> {
    const { host, signal } = this.session;
    this.#interface = createInterface({ input: host.stdin, signal });
    return this.#interface[Symbol.asyncIterator]();
  }
}
