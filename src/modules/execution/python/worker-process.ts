import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../common/domain/json.js';
import { parseJsonText, toJsonText } from '../../../common/domain/json-text.js';
import type { Clock } from '../../../common/ports/clock.js';
import type { Log } from '../../../common/ports/log.js';
import { LineFramer } from './line-framer.js';
import { OutputLog } from './output-log.js';
import { ProtocolError } from './protocol-error.js';
import type { Launch, WorkerLink, WorkerListener } from './worker-link.js';

const script = fileURLToPath(new URL('../../../../python/mxcp_worker.py', import.meta.url));
/** Longest message; text of that size still fits a JavaScript string. */
const MESSAGE_LIMIT = 256 * 1024 * 1024;

/** Longest wait for what an ended worker had written before. */
const PIPE_GRACE_MS = 200;
/** Longest that a worker which says no more may take to end; it may be writing its core. */
const END_GRACE_MS = 1000;

/** How worker processes of an interpreter are started. */
export function processLaunch(interpreter: string, log: Log, clock: Clock): Launch {
  return (listener) => new WorkerProcess(interpreter, listener, log, clock);
}

/**
 * One Python process with its four pipes (docs/reference/python-worker-protocol.md). It never outlives the server:
 * it ends by itself when its pipe closes. What it prints goes to the log.
 */
class WorkerProcess implements WorkerLink {
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #input: Writable;
  readonly #framer: LineFramer;
  #draining: Promise<void> | null = null;
  /** Set once nothing more is read. */
  #isRefused = false;

  constructor(
    interpreter: string,
    private readonly listener: WorkerListener,
    private readonly log: Log,
    clock: Clock,
  ) {
    this.#child = spawn(interpreter, ['-u', script], { stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'] });
    const [, stdout, stderr, input, output] = this.#child.stdio;
    this.#input = input as Writable;
    this.#framer = new LineFramer(
      MESSAGE_LIMIT,
      (line) => {
        this.#receive(line);
      },
      () => {
        this.#refuse(new ProtocolError(`longer than ${MESSAGE_LIMIT} bytes`));
      },
    );
    // a pipe breaks when the process ends, which is reported by `close`
    this.#input.on('error', () => undefined);
    (output as Readable).on('data', (chunk: Buffer) => {
      this.#framer.push(chunk);
    });
    (output as Readable).on('error', () => undefined);
    (output as Readable).once('close', () => {
      this.#expectEnd();
    });
    capture(stdout as Readable, new OutputLog(log, clock, 'info'));
    capture(stderr as Readable, new OutputLog(log, clock, 'warning'));
    this.ended = this.#watchEnd();
  }

  send(message: JsonObject): void {
    if (this.#input.writable) this.#input.write(`${toJsonText(message)}\n`);
  }

  drained(): Promise<void> {
    const input = this.#input;
    if (!input.writable || !input.writableNeedDrain) return Promise.resolve();
    this.#draining ??= new Promise((resolve) => {
      const done = (): void => {
        input.off('drain', done).off('close', done);
        this.#draining = null;
        resolve();
      };
      input.on('drain', done).on('close', done);
    });
    return this.#draining;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** `close` may never come: a process that the worker started may keep its pipes. */
  async #watchEnd(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#child.once('error', (error: NodeJS.ErrnoException) => {
      resolve(`error ${error.code ?? error.message}`);
    });
    this.#child.once('exit', (code, signal) => {
      const how = signal === null ? `code ${code ?? 0}` : `signal ${signal}`;
      this.#child.once('close', () => {
        resolve(how);
      });
      setTimeout(resolve, PIPE_GRACE_MS, how).unref();
    });
    const how = await promise;
    this.#isRefused = true;
    this.listener.onEnd(how);
    for (const pipe of this.#child.stdio) pipe?.destroy();
  }

  /** Code of the project may close what it did not open; such a worker lives on and would never answer. */
  #expectEnd(): void {
    setTimeout(() => {
      if (!this.#isRefused) this.#refuse(new ProtocolError('its pipe is closed'));
    }, END_GRACE_MS).unref();
  }

  #receive(line: string): void {
    if (this.#isRefused) return;
    try {
      this.listener.onMessage(parsed(line));
    } catch (error) {
      this.#refuse(error);
    }
  }

  #refuse(error: unknown): void {
    this.#isRefused = true;
    this.log.write('error', 'python', 'A Python worker broke its protocol and is stopped', {}, error);
    this.kill();
  }
}

function capture(stream: Readable, output: OutputLog): void {
  stream.on('data', (chunk: Buffer) => {
    output.push(chunk);
  });
  stream.on('error', () => undefined);
  stream.once('close', () => {
    output.end();
  });
}

function parsed(line: string): JsonObject {
  let message: JsonValue;
  try {
    message = parseJsonText(line);
  } catch (error) {
    if (error instanceof SyntaxError) throw new ProtocolError('no JSON');
    throw error;
  }
  if (!isJsonObject(message)) throw new ProtocolError('no object');
  return message;
}
