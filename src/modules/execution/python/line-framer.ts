const NEWLINE = 0x0a;

/**
 * Cuts a stream of bytes into lines. The pieces of a long line are joined once, when its end has come, so that a
 * line of a hundred megabytes costs no more per byte than a short one.
 */
export class LineFramer {
  #pieces: Buffer[] = [];
  #held = 0;

  /**
   * @param maxBytes longest line that is kept
   * @param onLine takes a line without its end, in UTF-8
   * @param onOverflow is told once for each line that is longer; nothing of that line is kept
   */
  constructor(
    private readonly maxBytes: number,
    private readonly onLine: (line: string) => void,
    private readonly onOverflow: () => void,
  ) {}

  push(chunk: Buffer): void {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, start);
      if (end === -1) break;
      this.#hold(chunk.subarray(start, end));
      this.#finish();
      start = end + 1;
    }
    if (start < chunk.length) this.#hold(chunk.subarray(start));
  }

  #hold(piece: Buffer): void {
    const before = this.#held;
    this.#held += piece.length;
    if (this.#held <= this.maxBytes) this.#pieces.push(piece);
    else if (before <= this.maxBytes) {
      this.#pieces = [];
      this.onOverflow();
    }
  }

  #finish(): void {
    const [pieces, length] = [this.#pieces, this.#held];
    this.#pieces = [];
    this.#held = 0;
    if (length > this.maxBytes) return;
    const [first] = pieces;
    const whole = pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces, length);
    this.onLine(whole.toString('utf8'));
  }
}
