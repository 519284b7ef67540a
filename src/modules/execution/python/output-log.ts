import type { LogLevelName } from '../../../common/domain/app-config.js';
import type { Clock } from '../../../common/ports/clock.js';
import type { Log } from '../../../common/ports/log.js';
import { LineBudget } from '../line-budget.js';

const NEWLINE = 0x0a;
/** Bytes of a line that are shown. */
const LINE_LIMIT = 4096;

/**
 * What a worker prints, as lines of the log. Long lines are cut, and what comes faster than the log should take is
 * counted and dropped, unread; so a flood neither blocks its worker nor fills the log.
 */
export class OutputLog {
  readonly #budget: LineBudget;
  #line: Buffer[] = [];
  #lineBytes = 0;

  /** @param level of its lines */
  constructor(
    private readonly log: Log,
    clock: Clock,
    private readonly level: LogLevelName,
  ) {
    this.#budget = new LineBudget(clock, (lines) => {
      log.write('warning', 'python', 'Output of Python came too fast; lines were dropped', { lines });
    });
  }

  push(chunk: Buffer): void {
    let start = 0;
    while (start < chunk.length) {
      const end = chunk.indexOf(NEWLINE, start);
      this.#hold(chunk.subarray(start, end === -1 ? chunk.length : end));
      if (end === -1) return;
      this.#finishLine();
      start = end + 1;
    }
  }

  /** Shows what is left: a line without end, and how many were dropped. */
  end(): void {
    if (this.#lineBytes > 0) this.#finishLine();
    this.#budget.report();
  }

  #hold(piece: Buffer): void {
    const room = LINE_LIMIT - this.#lineBytes;
    // a copy, so that a short line does not keep the whole chunk alive
    if (room > 0) this.#line.push(Buffer.from(piece.subarray(0, room)));
    this.#lineBytes += piece.length;
  }

  #finishLine(): void {
    const [pieces, bytes] = [this.#line, this.#lineBytes];
    this.#line = [];
    this.#lineBytes = 0;
    if (!this.#budget.admits()) return;
    const text = Buffer.concat(pieces).toString('utf8').trimEnd();
    if (text === '') return;
    this.log.write(this.level, 'python', bytes > LINE_LIMIT ? `${text}… (${bytes} bytes)` : text);
  }
}
