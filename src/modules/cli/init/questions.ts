import { createInterface, type Interface } from 'node:readline';
import { ExecutionCancelledError } from '../../../common/errors/endpoint-errors.js';
import type { Session } from '../session.js';

/** Asks yes or no: on a terminal with a prompt, otherwise by reading a line of stdin. */
export class Questions {
  #lines: AsyncIterator<string> | null = null;
  #interface: Interface | null = null;

  constructor(private readonly session: Session) {}

  /**
   * The answer; null when nobody can give one: stdin is closed, or stdout belongs to a JSON document.
   * @throws ExecutionCancelledError on Ctrl-C
   */
  async confirm(question: string): Promise<boolean | null> {
    const { host, printer } = this.session;
    if (printer.isJson) return null;
    const { stdin, stdout } = host;
    return stdin.isTTY && stdout.isTTY ? this.#prompt(question) : this.#readLine(question);
  }

  /** Lets go of stdin. */
  close(): void {
    this.#interface?.close();
  }

  async #prompt(message: string): Promise<boolean> {
    // loaded here because nothing else needs it
    const { confirm, isCancel } = await import('@clack/prompts');
    const { stdin: input, stdout: output } = this.session.host;
    const answer = await confirm({ message, initialValue: false, input, output });
    if (isCancel(answer)) throw new ExecutionCancelledError();
    return answer;
  }

  async #readLine(question: string): Promise<boolean | null> {
    const { printer, signal } = this.session;
    printer.ask(`${question} [y/N]: `);
    this.#lines ??= this.#open();
    const line = await this.#lines.next();
    printer.line();
    signal.throwIfAborted();
    return line.done === true ? null : /^\s*y(es)?\s*$/i.test(line.value);
  }

  #open(): AsyncIterator<string> {
    const { host, signal } = this.session;
    this.#interface = createInterface({ input: host.stdin, signal });
    return this.#interface[Symbol.asyncIterator]();
  }
}
