import type { CallRequest } from '../../../common/domain/call.js';
import type { JsonObject } from '../../../common/domain/json.js';
import type { SqlValues } from '../../../common/domain/sql-value.js';
import { ExecutionFailedError } from '../../../common/errors/endpoint-errors.js';
import type { Database, DatabaseSession } from '../../../common/ports/database.js';
import type { RowPiece } from './thread-messages.js';

/** The session of `db.execute`; streams and transactions open their own. */
const CALL_SESSION = 0;

type Rows = AsyncIterator<readonly JsonObject[]>;
type Read = IteratorResult<readonly JsonObject[], unknown>;

/** The SQL sessions of one call, opened when they are first used, and results that are being read. */
export class CallSessions {
  readonly #sessions = new Map<number, DatabaseSession>();
  readonly #cursors = new Map<number, { readonly rows: Rows; readonly next: Read }>();
  #sessionCount = CALL_SESSION;
  #cursorCount = 0;
  #isClosed = false;

  constructor(
    private readonly database: Database,
    private readonly request: CallRequest,
    private readonly signal: AbortSignal,
  ) {}

  open(): number {
    this.#sessionCount += 1;
    this.#sessions.set(this.#sessionCount, this.#openSession());
    return this.#sessionCount;
  }

  query(session: number, sql: string, values: SqlValues): Promise<RowPiece> {
    const rows = this.#session(session).rows(sql, values, this.signal)[Symbol.asyncIterator]();
    return this.#pieceOf(rows, null);
  }

  next(cursor: number): Promise<RowPiece> {
    const open = this.#cursors.get(cursor);
    if (open === undefined) throw new ExecutionFailedError('The result is not open any more');
    this.#cursors.delete(cursor);
    return this.#pieceOf(open.rows, open.next);
  }

  async closeRows(cursor: number): Promise<void> {
    const open = this.#cursors.get(cursor);
    this.#cursors.delete(cursor);
    await open?.rows.return?.();
  }

  async close(session: number): Promise<void> {
    const open = this.#sessions.get(session);
    this.#sessions.delete(session);
    await open?.close();
  }

  /** Closes everything; transactions that are open are rolled back. */
  async closeAll(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#sessions.values()].map((session) => session.close()));
  }

  /** One piece is read ahead, so that a short result takes one message. */
  async #pieceOf(rows: Rows, ahead: Read | null): Promise<RowPiece> {
    const read = ahead ?? (await rows.next());
    if (read.done === true) return { rows: [], cursor: null };
    const next = await rows.next();
    if (next.done === true) return { rows: read.value, cursor: null };
    this.#cursorCount += 1;
    this.#cursors.set(this.#cursorCount, { rows, next });
    return { rows: read.value, cursor: this.#cursorCount };
  }

  #session(number: number): DatabaseSession {
    const open = this.#sessions.get(number);
    if (open !== undefined) return open;
    if (number !== CALL_SESSION) throw new ExecutionFailedError('The transaction is over');
    const session = this.#openSession();
    this.#sessions.set(CALL_SESSION, session);
    return session;
  }

  #openSession(): DatabaseSession {
    if (this.#isClosed) throw new ExecutionFailedError('The call is over');
    return this.database.open(this.request);
  }
}
