import type { UserCodeConfig } from '../../../common/domain/app-config.js';
import type { Endpoint, EndpointProblem } from '../../../common/domain/endpoint.js';
import type { JsonObject } from '../../../common/domain/json.js';
import { valueOutput, type Output } from '../../../common/domain/output.js';
import {
  ExecutionCancelledError,
  ExecutionFailedError,
  OutputTooLargeError,
  WorkerLostError,
} from '../../../common/errors/endpoint-errors.js';
import type { Database } from '../../../common/ports/database.js';
import type { Execution, Executor } from '../../../common/ports/executor.js';
import type { Log } from '../../../common/ports/log.js';
import { letGo } from '../let-go.js';
import { sourceProblem } from '../source-problem.js';
import { checkModule } from './check/module-check.js';
import { sourceOf, type EndpointSource } from './endpoint-source.js';
import { RunningCall } from './running-call.js';
import type { JobResult } from './thread-job.js';
import type { Failure, ModuleSource, ThreadLogLine } from './thread-messages.js';
import type { ThreadPool } from './thread-pool.js';

export interface TypeScriptProject {
  readonly root: string;
  readonly userCode: UserCodeConfig;
}

/** Runs endpoints in TypeScript and JavaScript in threads of its own (python.md §11, endpoints.md §1.6). */
export class TypeScriptExecutor implements Executor {
  readonly language = 'typescript';
  #pool: ThreadPool | null = null;
  readonly #sources = new WeakMap<Endpoint, EndpointSource>();
  #isDisposed = false;

  constructor(
    private readonly project: TypeScriptProject,
    private readonly database: Database,
    private readonly log: Log,
  ) {}

  /** What the text of the module says: that it parses, has the function, and that this fits the parameters. */
  async check(endpoint: Endpoint): Promise<readonly EndpointProblem[]> {
    const source = this.#sourceOf(endpoint);
    const messages = 'failure' in source ? [source.failure] : await checkModule(source, endpoint);
    return messages.map((message) => sourceProblem(endpoint, message));
  }

  async execute(endpoint: Endpoint, input: JsonObject, execution: Execution): Promise<Output> {
    const source = this.#sourceOf(endpoint);
    if ('failure' in source) throw new ExecutionFailedError(source.failure);
    const task = taskOf(endpoint, source, input, execution);
    const call = new RunningCall(task, execution, this.database, this.project.userCode);
    try {
      const result = await (this.#pool ?? (await this.#loadPool())).run(call);
      if (call.asked !== null) return { kind: 'ask', questions: call.asked };
      if (execution.signal.aborted || this.#isDisposed) throw new ExecutionCancelledError();
      return this.#outputOf(result, call);
    } finally {
      await letGo(call.close(), execution.signal);
    }
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    await this.#pool?.close();
  }

  /** With the first call, because a project without TypeScript does without. */
  async #loadPool(): Promise<ThreadPool> {
    const { ThreadPool: Pool } = await import('./thread-pool.js');
    if (this.#isDisposed) throw new ExecutionCancelledError();
    this.#pool ??= new Pool(this.project.root, (entry) => {
      this.#writeLine(entry);
    });
    return this.#pool;
  }

  #sourceOf(endpoint: Endpoint): EndpointSource {
    const known = this.#sources.get(endpoint);
    if (known !== undefined) return known;
    const source = sourceOf(endpoint, this.project.root);
    this.#sources.set(endpoint, source);
    return source;
  }

  #outputOf(result: JobResult, call: RunningCall): Output {
    switch (result.kind) {
      case 'value':
        return valueOutput(result.value);
      case 'parts':
        return valueOutput(call.parts);
      case 'content':
        return { kind: 'content', blocks: result.blocks };
      case 'abandoned':
        throw new ExecutionCancelledError();
      case 'lost':
        throw new WorkerLostError(result.reason);
      case 'failure':
        this.#writeFailure(result.failure, call);
        throw errorOf(result.failure, call);
    }
  }

  /** Where it failed, for the author; what the error said may hold what the log must not. */
  #writeFailure({ kind, type, file, line, stack }: Failure, call: RunningCall): void {
    if (kind === 'too-large') return;
    const trace = new Error(type);
    trace.name = type;
    trace.stack = stack;
    const { correlationId, task } = call;
    const fields = { correlationId, endpoint: task.endpoint, file, line };
    this.log.write('error', 'typescript', 'The endpoint failed', fields, trace);
  }

  #writeLine({ level, text, endpoint, file, line }: ThreadLogLine): void {
    this.log.write(level, 'typescript', text, {
      ...(endpoint === null ? {} : { endpoint }),
      ...(file === null ? {} : { file, line }),
    });
  }
}

function taskOf(
  endpoint: Endpoint,
  source: ModuleSource,
  input: JsonObject,
  { limits, request }: Execution,
): RunningCall['task'] {
  const { kind, id, name, mimeType, returns } = endpoint;
  return {
    endpoint: `${kind} ${id}`,
    module: { source, exportName: name },
    input,
    limits: { rows: limits.rows, bytes: limits.bytes },
    blob: kind === 'resource' && returns === null ? { uri: request.target, mimeType } : null,
  };
}

function errorOf({ kind, message, serverError }: Failure, call: RunningCall): unknown {
  if (serverError !== null) return call.errorOf(serverError);
  if (kind === 'too-large') return new OutputTooLargeError(message);
  return kind === 'exited' ? new WorkerLostError(message) : new ExecutionFailedError(message);
}
