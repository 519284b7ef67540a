import { styleText } from 'node:util';
import type { JsonObject, JsonValue } from '../../common/domain/json.js';
import { documentText, failureEnvelope, successEnvelope, traceOf } from './json-envelope.js';

type Style = 'bold' | 'green' | 'red' | 'yellow';
type Colors = Readonly<Record<Style, (text: string) => string>>;

export interface PrinterOptions {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly isJson: boolean;
  readonly isDebug: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Results go to stdout, everything else to stderr; in JSON mode stdout holds one document (cli.md §1.2, §1.3). */
export class Printer {
  readonly isJson: boolean;
  readonly isDebug: boolean;
  /** Styles for stdout; they do nothing unless it is a terminal and `NO_COLOR` is unset. */
  readonly colors: Colors;
  readonly #stdout: NodeJS.WriteStream;
  readonly #stderr: NodeJS.WriteStream;
  #hasDocument = false;

  constructor({ stdout, stderr, isJson, isDebug, env }: PrinterOptions) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.isJson = isJson;
    this.isDebug = isDebug;
    const isPlain = !stdout.isTTY || (env['NO_COLOR'] ?? '') !== '';
    const style = (name: Style) => (text: string) =>
      isPlain ? text : styleText(name, text, { validateStream: false });
    this.colors = { bold: style('bold'), green: style('green'), red: style('red'), yellow: style('yellow') };
  }

  /** A line for people: on stdout, or on stderr where stdout belongs to a document. */
  line(text = ''): void {
    (this.isJson ? this.#stderr : this.#stdout).write(`${text}\n`);
  }

  /** A line on stderr. */
  notice(text = ''): void {
    this.#stderr.write(`${text}\n`);
  }

  /** Text on stdout as it stands, without a line end; for questions. */
  ask(text: string): void {
    this.#stdout.write(text);
  }

  /** The document of success in JSON mode, the given lines otherwise. */
  result(value: JsonValue, lines: () => Iterable<string>): void {
    if (this.isJson) this.document(successEnvelope(value));
    else for (const text of lines()) this.line(text);
  }

  /** The document of JSON mode; a second one never reaches stdout. */
  document(document: JsonObject): void {
    if (this.#hasDocument) return;
    this.#hasDocument = true;
    this.#stdout.write(documentText(document));
  }

  /** A failure: the envelope, or `Error: …` and with `--debug` the trace. */
  failure(message: string, error: unknown): void {
    if (this.isJson && !this.#hasDocument) {
      this.document(failureEnvelope(message, error, this.isDebug));
      return;
    }
    this.notice(`Error: ${message}`);
    if (this.isDebug) this.notice(`\nTraceback:\n${traceOf(error)}`);
  }
}
