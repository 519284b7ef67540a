import { performance } from 'node:perf_hooks';
import { currentScope } from './call-scope.js';
import type { ThreadLink } from './thread-link.js';

const LONGEST_LINE = 2_000;
/** Of each second. */
const MOST_LINES = 100;

/** Text on its way to the log: whole lines, none too long, not too many. */
class CapturedStream {
  #rest = '';

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  readonly #write: (line: string) => void;

  take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > LONGEST_LINE) {
      lines.push(this.#rest);
      this.#rest = '';
    }
    for (const line of lines) if (line.trim() !== '') this.#write(line);
  }
}

/**
 * Sends what author code prints to the server's log instead of standard output, which belongs to the protocol.
 * A flood is cut: the log says how many lines it left out.
 */
export function captureOutput(link: ThreadLink): void {
  const rate = new LineRate();
  const writeTo = (level: 'info' | 'warning') => (line: string) => {
    const { isAdmitted, dropped } = rate.next();
    const endpoint = currentScope.getStore()?.task.endpoint ?? null;
    if (dropped > 0) {
      const text = `${dropped} lines of output were left out`;
      link.log({ level: 'warning', text, endpoint: null, file: null, line: null });
    }
    if (isAdmitted) link.log({ level, text: line.slice(0, LONGEST_LINE), endpoint, file: null, line: null });
  };
  redirect(process.stdout, new CapturedStream(writeTo('info')));
  redirect(process.stderr, new CapturedStream(writeTo('warning')));
}

/** Counts lines by the second. */
class LineRate {
  #second = 0;
  #lines = 0;
  #dropped = 0;

  next(): { readonly isAdmitted: boolean; readonly dropped: number } {
    const second = Math.floor(performance.now() / 1000);
    let dropped = 0;
    if (second !== this.#second) {
      dropped = this.#dropped;
      [this.#second, this.#lines, this.#dropped] = [second, 0, 0];
    }
    this.#lines += 1;
    const isAdmitted = this.#lines <= MOST_LINES;
    if (!isAdmitted) this.#dropped += 1;
    return { isAdmitted, dropped };
  }
}

type Written = (error?: Error | null) => void;

function redirect(stream: NodeJS.WriteStream, captured: CapturedStream): void {
  const write = (
    chunk: string | Uint8Array,
    encoding?: BufferEncoding | Written,
    written?: Written,
  ): boolean => {
    captured.take(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
    const done = typeof encoding === 'function' ? encoding : written;
    if (done !== undefined) queueMicrotask(done);
    return true;
  };
  Object.defineProperty(stream, 'write', { value: write });
}
