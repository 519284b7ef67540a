import type { JsonObject } from '../../../common/domain/json.js';
import { AppError } from '../../../common/errors/app-error.js';
import { CallerCannotAnswerError } from '../../../common/errors/caller-errors.js';
import { ExecutionFailedError } from '../../../common/errors/endpoint-errors.js';
import type { ReloadRequest } from '../../../common/ports/reloader.js';
import type { CallContext, CallContexts } from './call-contexts.js';
import { duckdbException } from './database-failure.js';
import type { HostNotices } from './host-notices.js';
import { sqlValues } from './tagged-values.js';
import { questionsOf } from './worker-answer.js';
import { optionalNumber, optionalText, textMember } from './wire.js';
import type { Reply, Worker, WorkerHost } from './worker.js';

/** A request that code may not make; `exception` is the Python class that it gets. */
class RefusedError extends ExecutionFailedError {
  constructor(
    message: string,
    readonly exception: string,
  ) {
    super(message);
  }
}

const NO_SERVER =
  'Server reference not available in context. ' +
  'This function can only be called from within MXCP server endpoints.';

/**
 * What the code of a worker asks of the server while it runs: SQL, questions to its caller, a reload. Each request
 * names its call; one in the name of a call that has ended is refused.
 */
export class HostServices implements WorkerHost {
  /** @param reload null where there is no server to reload */
  constructor(
    private readonly contexts: CallContexts,
    private readonly notices: HostNotices,
    private readonly reload: ((request: ReloadRequest) => void) | null,
  ) {}

  notice(message: JsonObject): void {
    this.notices.take(message);
  }

  answer(message: JsonObject, reply: Reply): void {
    void this.#answered(message, reply).then(
      (members) => {
        reply.worker.reply(reply.id, { type: 'result', ...members });
      },
      (error: unknown) => {
        reply.worker.reply(reply.id, { type: 'error', error: errorMessage(error) });
      },
    );
  }

  async #answered(message: JsonObject, reply: Reply): Promise<JsonObject> {
    const context = this.contexts.find(textMember(message, 'context'));
    if (context === null) throw new RefusedError('The call has ended', 'RuntimeError');
    switch (textMember(message, 'type')) {
      case 'db_execute':
        return this.#execute(message, context, reply);
      case 'ask':
        return ask(message, context);
      case 'request_reload':
        return this.#requestReload(message, context, reply);
      default:
        throw new RefusedError('The server does not know this request', 'RuntimeError');
    }
  }

  async #execute(message: JsonObject, context: CallContext, { worker, id }: Reply): Promise<JsonObject> {
    const values = sqlValues(message['params']);
    const session = context.session();
    if (session === null) {
      throw new RefusedError(
        this.contexts.isDatabaseOpen
          ? 'db.execute cannot be used inside a SQL function: the statement that calls it is still running'
          : 'DuckDB runtime is shutting down',
        'RuntimeError',
      );
    }
    let isFirst = true;
    for await (const { columns, rows } of session.typedRows(
      textMember(message, 'sql'),
      values,
      context.signal,
    )) {
      worker.reply(id, { type: 'rows', rows, ...(isFirst ? { columns } : {}) });
      isFirst = false;
      await worker.drained();
    }
    return {};
  }

  #requestReload(message: JsonObject, { request }: CallContext, { worker }: Reply): JsonObject {
    if (this.reload === null || request === null) throw new RefusedError(NO_SERVER, 'RuntimeError');
    const payload = optionalNumber(message, 'payload');
    this.reload({
      trigger: 'runtime',
      description: optionalText(message, 'description') ?? '',
      // the function lives in the worker that asked, so that no other can run it
      whileClosed: payload === null ? null : () => runPayload(worker, payload),
    });
    return {};
  }
}

async function runPayload(worker: Worker, payload: number): Promise<void> {
  await worker.request('run_payload', { payload });
}

async function ask(message: JsonObject, context: CallContext): Promise<JsonObject> {
  const questions = questionsOf(message, 'questions');
  const { request } = context;
  if (request === null)
    throw new RefusedError('Nobody can be asked here: no call is running', 'RuntimeError');
  try {
    const answers = await request.channel.ask(questions);
    return answers === null ? { ended: true } : { answers };
  } catch (error) {
    if (error instanceof CallerCannotAnswerError) context.refusal = error;
    throw error;
  }
}

function errorMessage(error: unknown): JsonObject {
  const text = error instanceof AppError ? error.message : 'The server failed; its log says why';
  return { class: exceptionOf(error), text, kind: 'raised', traceback: null, file: null, line: null };
}

/** Failures of SQL are DuckDB's exceptions, everything else is a RuntimeError. */
function exceptionOf(error: unknown): string {
  if (error instanceof RefusedError) return error.exception;
  if (!(error instanceof AppError)) return 'RuntimeError';
  switch (error.code) {
    case 'EXECUTION_FAILED':
    case 'OUTPUT_TOO_LARGE':
      return duckdbException(error.message);
    case 'EXECUTION_CANCELLED':
    case 'EXECUTION_TIMEOUT':
      return 'InterruptException';
    case 'DATABASE_UNAVAILABLE':
    case 'UNAVAILABLE':
      return 'OperationalError';
    default:
      return 'RuntimeError';
  }
}
