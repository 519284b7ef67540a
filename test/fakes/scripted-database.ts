import type { CallRequest } from '../../src/common/domain/call.js';
import type { SqlValues, TypedRows } from '../../src/common/domain/sql-value.js';
import type { Database, DatabaseSession, PoolState, TableShape } from '../../src/common/ports/database.js';

type Answer = (sql: string, values: SqlValues, signal: AbortSignal) => AsyncIterable<TypedRows>;

/** A database that answers every statement as the test says, and keeps its sessions. */
export class ScriptedDatabase implements Database {
  readonly sessions: ScriptedSession[] = [];

  constructor(private readonly answer: Answer = answering({ columns: [], rows: [] })) {}

  open(request: CallRequest | null): DatabaseSession {
    const session = new ScriptedSession(request, this.answer);
    this.sessions.push(session);
    return session;
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  describe(): Promise<readonly TableShape[]> {
    return Promise.resolve([]);
  }

  pool(): PoolState {
    return { idle: 0, inUse: 0, waiting: 0 };
  }
}

export class ScriptedSession implements DatabaseSession {
  readonly statements: { readonly sql: string; readonly values: SqlValues }[] = [];
  isClosed = false;

  constructor(
    readonly request: CallRequest | null,
    private readonly answer: Answer,
  ) {}

  rows(): AsyncIterable<never> {
    throw new TypeError('Python asks for typed rows');
  }

  typedRows(sql: string, values: SqlValues, signal: AbortSignal): AsyncIterable<TypedRows> {
    this.statements.push({ sql, values });
    return this.answer(sql, values, signal);
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

/** Answers every statement with the same pieces. */
export function answering(...pieces: readonly TypedRows[]): Answer {
  return async function* () {
    for (const piece of pieces) yield await Promise.resolve(piece);
  };
}

/** Fails every statement. */
export function failing(error: Error): Answer {
  return async function* () {
    await Promise.resolve();
    throw error;
  };
}
