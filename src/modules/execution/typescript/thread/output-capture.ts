import { performance } from 'node:perf_hooks';
import { LineBudget } from '../../line-budget.js';
import type { ThreadLogLine } from '../thread-messages.js';
import { currentScope } from './call-scope.js';
import { divertOutputDescriptor } from './output-descriptor.js';
import type { ThreadLink } from './thread-link.js';

const LONGEST_LINE = 2_000;

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
  const budget = new LineBudget({ monotonicMs: () => performance.now() }, (lines) => {
    write(link, 'warning', `${lines} lines of output were left out`, null);
  });
  const writeTo = (level: 'info' | 'warning') => (line: string) => {
    if (!budget.admits()) return;
    write(link, level, line.slice(0, LONGEST_LINE), currentScope.getStore()?.task.endpoint ?? null);
  };
  redirect(process.stdout, new CapturedStream(writeTo('info')));
  redirect(process.stderr, new CapturedStream(writeTo('warning')));
  divertOutputDescriptor();
}

function write(link: ThreadLink, level: ThreadLogLine['level'], text: string, endpoint: string | null): void {
  link.log({ level, text, endpoint, file: null, line: null });
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
