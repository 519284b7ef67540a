/** Cuts a stream of bytes into lines; one that is too long is skipped and reported as null. */
export class LineReader {
  #parts: Buffer[] = [];
  #length = 0;
  #isSkipping = false;
  #lineBytes = 0;

  constructor(
    private readonly limitBytes: number,
    private readonly onLine: (line: string | null) => void,
  ) {}

  /** Bytes of the line that was handed out last. */
  get lineBytes(): number {
    return this.#lineBytes;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, from)) {
      this.#take(chunk.subarray(from, end));
      this.finish();
      from = end + 1;
    }
    this.#take(chunk.subarray(from));
  }

  /** Hands out what came since the last line break. */
  finish(): void {
    const isSkipped = this.#isSkipping;
    const line = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#length = 0;
    this.#isSkipping = false;
    this.#lineBytes = line.length;
    if (isSkipped) this.onLine(null);
    else if (line.length > 0) this.onLine(line.toString());
  }

  #take(part: Buffer): void {
    if (part.length === 0 || this.#isSkipping) return;
    this.#length += part.length;
    if (this.#length > this.limitBytes) {
      this.#isSkipping = true;
      this.#parts = [];
      return;
    }
    this.#parts.push(part);
  }
}
