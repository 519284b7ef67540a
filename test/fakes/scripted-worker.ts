import type { JsonObject } from '../../src/common/domain/json.js';
import type { Launch, WorkerLink, WorkerListener } from '../../src/modules/execution/python/worker-link.js';

type Script = (message: JsonObject, worker: ScriptedWorker) => void;

/** A worker process that does what the test says; it answers requests of its start by itself. */
export class ScriptedWorker implements WorkerLink {
  readonly sent: JsonObject[] = [];
  readonly ended: Promise<void>;
  isKilled = false;
  isEnded = false;
  #end!: () => void;

  constructor(
    private readonly listener: WorkerListener,
    private readonly script: Script,
  ) {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  send(message: JsonObject): void {
    this.sent.push(message);
    queueMicrotask(() => {
      if (!this.isEnded) this.script(message, this);
    });
  }

  drained(): Promise<void> {
    return Promise.resolve();
  }

  kill(): void {
    this.isKilled = true;
    this.end('signal SIGKILL');
  }

  /** What was sent to the worker of one type. */
  sentOf(type: string): readonly JsonObject[] {
    return this.sent.filter((message) => message['type'] === type);
  }

  /** The worker sends a message. */
  say(message: JsonObject): void {
    this.listener.onMessage(message);
  }

  /** The worker answers a request. */
  answer(request: JsonObject, members: JsonObject = {}): void {
    this.say({ type: 'result', id: request['id'] ?? null, ...members });
  }

  /** The worker answers a request with an error. */
  fail(request: JsonObject, error: JsonObject = {}): void {
    this.say({
      type: 'error',
      id: request['id'] ?? null,
      error: {
        class: 'ValueError',
        text: 'no',
        kind: 'raised',
        traceback: null,
        file: null,
        line: null,
        ...error,
      },
    });
  }

  end(how: string): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.#end();
    this.listener.onEnd(how);
  }
}

/** Starts scripted workers and keeps them. */
export class ScriptedLaunch {
  readonly workers: ScriptedWorker[] = [];

  constructor(private readonly script: Script = answerStart) {}

  readonly launch: Launch = (listener) => this.start(listener);

  start(listener: WorkerListener): WorkerLink {
    const worker = new ScriptedWorker(listener, this.script);
    this.workers.push(worker);
    return worker;
  }

  /** The worker that was started last. */
  get latest(): ScriptedWorker {
    const worker = this.workers.at(-1);
    if (worker === undefined) throw new TypeError('no worker was started');
    return worker;
  }
}

/** What a worker without plugins, failures and stuck threads answers. */
export function answerStart(message: JsonObject, worker: ScriptedWorker): void {
  switch (message['type']) {
    case 'configure':
      worker.answer(message, { python: '3.11.7', pid: 1 });
      break;
    case 'load_plugins':
      worker.answer(message, { functions: [], warnings: [] });
      break;
    case 'import_modules':
    case 'run_hooks':
    case 'shutdown_plugins':
      worker.answer(message, { failures: [] });
      break;
    case 'ping':
      worker.answer(message);
      break;
    case 'exit':
      worker.end('code 0');
      break;
  }
}
