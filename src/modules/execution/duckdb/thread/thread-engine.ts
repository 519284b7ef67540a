import type { JsonObject } from '../../../../common/domain/json.js';
import { ExecutionCancelledError } from '../../../../common/errors/endpoint-errors.js';
import type { DatabaseSession, PoolState, TableShape } from '../../../../common/ports/database.js';
import type { SqlFunctions } from '../../sql-functions.js';
import type { SourceReport, SqlCall, SqlCaller, SqlEngine } from '../sql-engine.js';
import type { ThreadWires } from './database-thread.js';
import { rowsOf, type RowPiece } from './row-pieces.js';
import type { Question } from './thread-messages.js';
import { RefusedSession, ThreadSession } from './thread-session.js';

/** What an engine in another thread is reached by. */
export interface EngineWires {
  readonly key: number;
  /** The thread that serves now. */
  readonly reach: () => ThreadWires;
  /** Tells the thread, if there is one, that the engine is used no more. */
  readonly detach: () => Promise<void>;
  readonly functions: SqlFunctions;
  /** `duckdb.statement_timeout_ms`; 0 for none. */
  readonly timeoutMs: number;
}

/** Whoever cancels is told so after this long, whether or not the thread has stopped. */
const CANCEL_LIMIT_MS = 250;

/** Runs SQL on the DuckDB of a database thread; its statements call the functions of one Runtime's plugins. */
export class ThreadEngine implements SqlEngine {
  readonly #closing = new AbortController();
  #closed: Promise<void> | null = null;
  #lastSession = 0;

  /**
   * @param readPool the thread's last word about this engine's pool
   * @param released runs once the engine has let go
   */
  constructor(
    private readonly wires: EngineWires,
    private readonly readPool: () => PoolState,
    private readonly released: () => Promise<void>,
  ) {}

  async check(sql: string, declared: readonly string[]): Promise<SourceReport> {
    const { key, reach } = this.wires;
    return (await reach().link.valueOf({
      type: 'check',
      engine: key,
      sql,
      declared,
    })) as SourceReport;
  }

  async execute(call: SqlCall, caller: SqlCaller, signal: AbortSignal): Promise<readonly JsonObject[]> {
    const question = { type: 'execute', engine: this.wires.key, call, facts: caller.facts } as const;
    const rows: JsonObject[] = [];
    const pieces = this.pieces(this.wires.reach(), question, caller, signal);
    for await (const piece of pieces as AsyncIterable<RowPiece>) {
      for (const row of rowsOf(piece)) rows.push(row);
    }
    return rows;
  }

  open(caller: SqlCaller): DatabaseSession {
    const { key, reach } = this.wires;
    const thread = reach();
    const { link, desk } = thread;
    if (desk.isAnswering(caller.request)) return new RefusedSession();
    this.#lastSession += 1;
    // engines count for themselves, and the thread has the sessions of all
    const session = `${key}.${this.#lastSession}`;
    const opened = link.valueOf({ type: 'open', engine: key, session, facts: caller.facts });
    return new ThreadSession(session, link, opened, (question, signal) =>
      this.pieces(thread, question, caller, signal),
    );
  }

  async ping(): Promise<void> {
    await this.wires.reach().link.valueOf({ type: 'ping', engine: this.wires.key });
  }

  async describe(): Promise<readonly TableShape[]> {
    const question = { type: 'describe', engine: this.wires.key } as const;
    return (await this.wires.reach().link.valueOf(question)) as readonly TableShape[];
  }

  pool(): PoolState {
    return this.readPool();
  }

  close(): Promise<void> {
    this.#closed ??= this.letGo();
    return this.#closed;
  }

  private async letGo(): Promise<void> {
    this.#closing.abort();
    try {
      await this.wires.detach();
    } finally {
      await this.released();
    }
  }

  /** The pieces of a question's answer; a session stays with the thread that has it. */
  private async *pieces(
    { link, desk }: ThreadWires,
    question: Question,
    caller: SqlCaller,
    signal: AbortSignal,
  ): AsyncGenerator<unknown, void> {
    const ended = AbortSignal.any([signal, this.#closing.signal]);
    if (ended.aborted && signal.aborted) throw new ExecutionCancelledError();
    const { functions, timeoutMs } = this.wires;
    const asked = link.ask(question);
    const cancel = (): void => {
      asked.abort();
      // it may sleep in a function of somebody else's
      patience = setTimeout(() => {
        asked.ended({ error: new ExecutionCancelledError() });
      }, CANCEL_LIMIT_MS);
    };
    let patience: NodeJS.Timeout | undefined;
    desk.serve(asked.id, { request: caller.request, functions, signal: ended, timeoutMs });
    ended.addEventListener('abort', cancel, { once: true });
    try {
      yield* asked.answer();
    } catch (error) {
      throw ended.aborted ? new ExecutionCancelledError() : (desk.forget(asked.id) ?? error);
    } finally {
      clearTimeout(patience);
      ended.removeEventListener('abort', cancel);
      desk.forget(asked.id);
      link.forget(asked);
    }
  }
}
