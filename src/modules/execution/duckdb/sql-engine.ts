import type { CallRequest } from '../../../common/domain/call.js';
import type { JsonObject } from '../../../common/domain/json.js';
import type { SqlValues } from '../../../common/domain/sql-value.js';
import type { DatabaseSession, PoolState, TableShape } from '../../../common/ports/database.js';
import type { CallerFacts } from './user-functions.js';

/** Whose SQL runs. */
export interface SqlCaller {
  /** What the user functions answer. */
  readonly facts: CallerFacts;
  /** In whose name plugin functions run; null for the system's own SQL. */
  readonly request: CallRequest | null;
}

/** One run of an endpoint's SQL, as plain data. */
export interface SqlCall {
  readonly sql: string;
  readonly values: SqlValues;
  /** Under which name the pace of its runs is remembered. */
  readonly pace: string;
  /** False for SQL that the caller wrote: nothing else is learnt from it. */
  readonly isOwn: boolean;
  /** True when it may only read. */
  readonly isGuarded: boolean;
  /** 0 for none. */
  readonly rowLimit: number;
}

/** Something to be said about a source. */
export interface SourceFinding {
  readonly message: string;
  readonly severity: 'error' | 'warning';
}

/** What preparing says about a source. */
export interface SourceReport {
  readonly findings: readonly SourceFinding[];
  /** Columns that the result has to call otherwise than the SQL, as far as preparing tells: `pay_1` for a second `pay`. */
  readonly renamed: readonly string[];
}

/** One Runtime's use of its database. Failures are worded as SQL endpoints word them. */
export interface SqlEngine {
  /** What preparing says about a source, and about its `$names` beside the declared ones; nothing is executed. */
  check(sql: string, declared: readonly string[]): Promise<SourceReport>;

  /** @throws ExecutionFailedError, ExecutionTimeoutError, ExecutionCancelledError, OutputTooLargeError */
  execute(call: SqlCall, caller: SqlCaller, signal: AbortSignal): Promise<readonly JsonObject[]>;

  open(caller: SqlCaller): DatabaseSession;

  /** Never waits behind calls. */
  ping(): Promise<void>;

  describe(): Promise<readonly TableShape[]>;

  pool(): PoolState;

  /** Interrupts what runs and lets go of the database. */
  close(): Promise<void>;
}
