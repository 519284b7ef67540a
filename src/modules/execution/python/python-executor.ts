import type { Endpoint, EndpointProblem } from '../../../common/domain/endpoint.js';
import type { JsonObject } from '../../../common/domain/json.js';
import { valueOutput, type Output } from '../../../common/domain/output.js';
import type { CallRequest } from '../../../common/domain/call.js';
import { ExecutionFailedError, OutputTooLargeError } from '../../../common/errors/endpoint-errors.js';
import type { Execution, Executor } from '../../../common/ports/executor.js';
import type { Log } from '../../../common/ports/log.js';
import type { Metrics } from '../../../common/ports/metrics.js';
import { bytesText } from '../bytes-text.js';
import { letGo } from '../let-go.js';
import { sourceProblem } from '../source-problem.js';
import { tooManyBytes, tooManyRows } from '../too-large.js';
import { compileArguments } from './argument-tags.js';
import { contextMessage, type CallContext, type CallContexts } from './call-contexts.js';
import { rootRelative } from './python-start.js';
import { PythonFailure, type CallEnd } from './worker-answer.js';
import type { WorkerPool } from './worker-pool.js';
import { objectsMember, optionalNumber, textMember } from './wire.js';

/** Characters of an exception's text that its caller gets. */
const TEXT_LIMIT = 10_000;

/** Runs Python endpoints in the workers of one Runtime (python.md §3). */
export class PythonExecutor implements Executor {
  readonly language = 'python';
  readonly #argumentsOf = new WeakMap<Endpoint, (input: JsonObject) => JsonObject>();

  /** @param root the project folder, which messages leave out of paths */
  constructor(
    private readonly pool: WorkerPool,
    private readonly contexts: CallContexts,
    private readonly log: Log,
    private readonly metrics: Metrics,
    private readonly root: string,
  ) {}

  /** Whether the function exists and takes the parameters, by reading its file; nothing is imported. */
  async check(endpoint: Endpoint): Promise<readonly EndpointProblem[]> {
    const { source } = endpoint;
    // a file that is not there is reported by whoever looked for it
    if (source.kind !== 'file' || source.failure !== undefined) return [];
    const worker = await this.pool.acquire(new AbortController().signal);
    const answer = await worker.request('inspect', {
      path: source.path,
      kind: endpoint.kind,
      name: endpoint.name,
      parameters: endpoint.parameters.map(({ name }) => name),
    });
    const file = rootRelative(this.root, source.path);
    return objectsMember(answer, 'problems').map((problem) => {
      const line = optionalNumber(problem, 'line');
      const place = line === null ? file : `${file}:${line}`;
      return sourceProblem(endpoint, `${place}: ${textMember(problem, 'message')}`, 'warning');
    });
  }

  async execute(endpoint: Endpoint, input: JsonObject, execution: Execution): Promise<Output> {
    const { source } = endpoint;
    if (source.kind === 'file' && source.failure !== undefined)
      throw new ExecutionFailedError(source.failure);
    const finished = this.metrics.pythonStarted(source.kind === 'inline' ? 'inline' : 'file');
    try {
      const output = await this.#run(endpoint, input, execution);
      finished('success');
      return output;
    } catch (error) {
      finished('error');
      throw error;
    }
  }

  /** The workers are ended by who started them. */
  dispose(): Promise<void> {
    return Promise.resolve();
  }

  async #run(endpoint: Endpoint, input: JsonObject, execution: Execution): Promise<Output> {
    const { request, signal } = execution;
    const worker = this.pool.idlest ?? (await this.pool.acquire(signal));
    const context = this.contexts.open(request, signal);
    try {
      const end = await worker.call(this.#callMessage(endpoint, input, execution, context), signal);
      return end.kind === 'bytes' ? bytesOutput(end, endpoint, request) : end;
    } catch (error) {
      throw error instanceof PythonFailure ? this.#failure(error, endpoint, execution, context) : error;
    } finally {
      await letGo(this.contexts.end(context), signal);
    }
  }

  #callMessage(
    endpoint: Endpoint,
    input: JsonObject,
    { limits }: Execution,
    context: CallContext,
  ): JsonObject {
    const { source, kind } = endpoint;
    return {
      endpoint: endpoint.id,
      kind,
      name: endpoint.name,
      path: source.kind === 'file' ? source.path : null,
      code: source.kind === 'inline' ? source.code : null,
      arguments: this.#tagged(endpoint, input),
      context: contextMessage(context),
      max_bytes: limits.bytes,
      max_items: limits.rows,
      channel: true,
    };
  }

  #tagged(endpoint: Endpoint, input: JsonObject): JsonObject {
    let tag = this.#argumentsOf.get(endpoint);
    if (tag === undefined) {
      tag = compileArguments(endpoint.parameters);
      this.#argumentsOf.set(endpoint, tag);
    }
    return tag(input);
  }

  /** What the caller may know of a failure; the rest goes to the log. */
  #failure(failure: PythonFailure, endpoint: Endpoint, { request, limits }: Execution, context: CallContext) {
    const { kind, exception, place, message } = failure;
    if (kind === 'too_large') return new OutputTooLargeError(tooLargeText(message, limits));
    // a caller that cannot be asked is told which capability it lacks
    if (context.refusal?.message === message) return context.refusal;
    this.log.write(
      'error',
      'python',
      `Python endpoint ${endpoint.id} failed`,
      {
        correlationId: request.correlationId,
        exception,
        file: place.file === null ? null : rootRelative(this.root, place.file),
        line: place.line,
      },
      failure.traceback === null ? undefined : withTraceback(failure),
    );
    return new ExecutionFailedError(this.#callerText(failure));
  }

  #callerText({ kind, message, exception }: PythonFailure): string {
    if (message.trim() === '') return exception;
    const text = kind === 'raised' ? message : message.replaceAll(`${this.root}/`, '');
    const whole = text.toWellFormed();
    return whole.length > TEXT_LIMIT ? `${whole.slice(0, TEXT_LIMIT)}…` : whole;
  }
}

/** The failure as the log shows it when it shows stacks: with Python's own. */
function withTraceback(failure: PythonFailure): Error {
  failure.name = failure.exception;
  if (failure.traceback !== null) failure.stack = failure.traceback;
  return failure;
}

/**
 * Bytes that a function returns: of a resource without `return` a blob (endpoints.md §4.4), else text.
 */
function bytesOutput(
  { base64 }: Extract<CallEnd, { kind: 'bytes' }>,
  endpoint: Endpoint,
  request: CallRequest,
): Output {
  if (endpoint.kind === 'resource' && endpoint.returns === null) {
    const { mimeType } = endpoint;
    return {
      kind: 'content',
      blocks: [{ type: 'resource', uri: request.target, mimeType, blob: base64 }],
    };
  }
  return valueOutput(bytesText(Buffer.from(base64, 'base64')));
}

/** @param text the worker's, which says which cap it was */
function tooLargeText(text: string, { rows, bytes }: Execution['limits']): string {
  return text.endsWith('items') ? tooManyRows(rows) : tooManyBytes(bytes);
}
