import type { DatabaseConfig } from '../../../../common/domain/app-config.js';
import { Secret } from '../../../../common/domain/secret.js';
import { UnavailableError } from '../../../../common/errors/server-errors.js';
import type { PoolState } from '../../../../common/ports/database.js';
import type { LocalDatabase } from '../local-database.js';
import type { LocalEngine } from '../local-engine.js';
import type { SqlSession } from '../sql-session.js';
import type { CallerFacts } from '../user-functions.js';
import type { FunctionBridge } from './function-bridge.js';
import { rowPieces } from './row-pieces.js';
import { toThreadError } from './thread-error.js';
import type { FromThread, PlainDatabaseConfig, Question, ToThread } from './thread-messages.js';

/** Pieces that may be on their way before the first was taken. */
const PIECES_AHEAD = 2;

/** A question that is being answered. */
class Answering {
  readonly controller = new AbortController();
  #credit = PIECES_AHEAD;
  #taken: (() => void) | null = null;

  /** Settles when one more piece may be sent. */
  async mayContinue(): Promise<void> {
    this.#credit -= 1;
    if (this.#credit > 0) return;
    await new Promise<void>((resolve) => {
      this.#taken = resolve;
    });
    this.controller.signal.throwIfAborted();
  }

  taken(): void {
    this.#credit += 1;
    this.#taken?.();
    this.#taken = null;
  }

  abort(): void {
    this.controller.abort();
    this.#taken?.();
  }
}

/** Answers the main thread's questions by the database of this thread. */
export class ThreadHost {
  readonly #engines = new Map<number, LocalEngine>();
  readonly #pools = new Map<number, PoolState>();
  readonly #sessions = new Map<string, { readonly session: SqlSession; readonly facts: CallerFacts }>();
  readonly #answering = new Map<number, Answering>();
  #poolsDue: NodeJS.Immediate | null = null;

  /** @param ended called after the database was closed */
  constructor(
    private readonly database: LocalDatabase,
    private readonly bridge: FunctionBridge,
    private readonly send: (message: FromThread) => void,
    private readonly ended: () => void,
  ) {}

  receive(message: ToThread): void {
    const answering = this.#answering.get(message.id);
    if (message.kind === 'ask') void this.answer(message.id, message.question);
    else if (message.kind === 'next') answering?.taken();
    else answering?.abort();
  }

  /** To be called when pools may have changed: tells so soon. */
  poolsChanged(): void {
    this.#poolsDue ??= setImmediate(() => {
      this.#poolsDue = null;
      this.sendPools();
    });
  }

  private sendPools(): void {
    for (const [engine, local] of this.#engines) {
      const [state, known] = [local.pool(), this.#pools.get(engine)];
      const { idle, inUse, waiting } = state;
      if (known?.idle === idle && known.inUse === inUse && known.waiting === waiting) continue;
      this.#pools.set(engine, state);
      this.send({ kind: 'pool', engine, state });
    }
  }

  private async answer(id: number, question: Question): Promise<void> {
    const answering = new Answering();
    this.#answering.set(id, answering);
    this.poolsChanged();
    try {
      const value = await this.work(id, question, answering);
      this.sendPools();
      this.send({ kind: 'done', id, value });
    } catch (error) {
      this.sendPools();
      this.send({ kind: 'failed', id, error: toThreadError(error) });
    } finally {
      this.#answering.delete(id);
      if (question.type === 'end') this.ended();
    }
  }

  private async work(id: number, question: Question, answering: Answering): Promise<unknown> {
    const { signal } = answering.controller;
    switch (question.type) {
      case 'configure':
        return this.database.configure(configOf(question.config));
      case 'attach':
        this.#engines.set(
          question.engine,
          this.database.engine(configOf(question.config), () => Promise.resolve()),
        );
        return undefined;
      case 'detach':
        await this.engine(question.engine).close();
        this.#engines.delete(question.engine);
        this.#pools.delete(question.engine);
        return undefined;
      case 'check':
        return this.engine(question.engine).check(question.sql, question.declared);
      case 'execute': {
        const caller = this.bridge.callerOf(id, question.facts);
        const rows = await this.engine(question.engine).execute(question.call, caller, signal);
        return this.sendPieces(id, rowPieces(rows), answering);
      }
      case 'open': {
        const { session, facts } = question;
        const opened = this.engine(question.engine).open({ facts, request: null });
        this.#sessions.set(session, { session: opened, facts });
        return undefined;
      }
      case 'rows':
      case 'typedRows':
        return this.sendPieces(id, this.piecesOf(id, question, signal), answering);
      case 'close':
        await this.#sessions.get(question.session)?.session.close();
        this.#sessions.delete(question.session);
        return undefined;
      case 'ping':
        return this.engine(question.engine).ping();
      case 'describe':
        return this.engine(question.engine).describe();
      case 'end':
        return this.database.close();
    }
  }

  private piecesOf(
    id: number,
    { type, session: key, sql, values }: Extract<Question, { readonly type: 'rows' | 'typedRows' }>,
    signal: AbortSignal,
  ): AsyncIterable<unknown> {
    const found = this.#sessions.get(key);
    if (found === undefined) throw new UnavailableError('The SQL session is closed');
    return found.session[type](sql, values, signal, this.bridge.callerOf(id, found.facts));
  }

  private async sendPieces(
    id: number,
    pieces: Iterable<unknown> | AsyncIterable<unknown>,
    answering: Answering,
  ): Promise<void> {
    for await (const piece of pieces) {
      this.sendPools();
      this.send({ kind: 'piece', id, piece });
      await answering.mayContinue();
    }
  }

  private engine(key: number): LocalEngine {
    const engine = this.#engines.get(key);
    if (engine === undefined) throw new UnavailableError('Server is shutting down');
    return engine;
  }
}

/** The configuration as it was before its way to this thread. */
export function configOf({ secrets, ...config }: PlainDatabaseConfig): DatabaseConfig {
  return {
    ...config,
    secrets: secrets.map(({ parameters, ...secret }) => ({ ...secret, parameters: new Secret(parameters) })),
  };
}
