import type { MessagePort } from 'node:worker_threads';
import type { DatabaseConfig, LogLevelName } from '../../../../common/domain/app-config.js';
import type { JsonObject } from '../../../../common/domain/json.js';
import type { SqlValues, TypedValue } from '../../../../common/domain/sql-value.js';
import type { LogFields } from '../../../../common/ports/log.js';
import type { PoolState } from '../../../../common/ports/database.js';
import type { SqlFunction } from '../../sql-functions.js';
import type { SqlCall } from '../sql-engine.js';
import type { CallerFacts } from '../user-functions.js';
import type { ThreadError } from './thread-error.js';

/** `DatabaseConfig` without the wrapper that hides secrets, which does not survive the way to a thread. */
export type PlainDatabaseConfig = Omit<DatabaseConfig, 'secrets'> & {
  readonly secrets: readonly {
    readonly name: string;
    readonly type: string;
    readonly parameters: JsonObject;
  }[];
};

/** What a database thread is started with. */
export interface ThreadStart {
  readonly config: PlainDatabaseConfig;
  readonly functions: readonly SqlFunction[];
  /** Size of the process's thread pool. */
  readonly threadCount: number;
  /** Where function calls go out and their answers come in. */
  readonly calls: MessagePort;
  /** One Int32 that rises with every answer to a function call. */
  readonly answered: SharedArrayBuffer;
}

/** What is asked of the thread. `done` answers each, after any number of `piece`, unless `failed` does. */
export type Question =
  | { readonly type: 'configure'; readonly config: PlainDatabaseConfig }
  | { readonly type: 'attach'; readonly engine: number; readonly config: PlainDatabaseConfig }
  | { readonly type: 'detach'; readonly engine: number }
  | {
      readonly type: 'check';
      readonly engine: number;
      readonly sql: string;
      readonly declared: readonly string[];
    }
  /** Pieces: `RowPiece`. */
  | { readonly type: 'execute'; readonly engine: number; readonly call: SqlCall; readonly facts: CallerFacts }
  | { readonly type: 'open'; readonly engine: number; readonly session: string; readonly facts: CallerFacts }
  /** Pieces: rows, or `TypedRows`. */
  | {
      readonly type: 'rows' | 'typedRows';
      readonly session: string;
      readonly sql: string;
      readonly values: SqlValues;
    }
  | { readonly type: 'close'; readonly session: string }
  | { readonly type: 'ping' | 'describe'; readonly engine: number }
  /** Closes the database; the thread ends. */
  | { readonly type: 'end' };

export type ToThread =
  | { readonly kind: 'ask'; readonly id: number; readonly question: Question }
  /** One piece was taken: another may come. */
  | { readonly kind: 'next'; readonly id: number }
  | { readonly kind: 'abort'; readonly id: number };

export type FromThread =
  /** The database is open. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'piece'; readonly id: number; readonly piece: unknown }
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown }
  /** `id` is null when the database could not be opened. */
  | { readonly kind: 'failed'; readonly id: number | null; readonly error: ThreadError }
  | { readonly kind: 'pool'; readonly engine: number; readonly state: PoolState }
  | { readonly kind: 'poolAcquired'; readonly seconds: number }
  | { readonly kind: 'statementStarted'; readonly statement: number }
  | { readonly kind: 'statementEnded'; readonly statement: number; readonly status: 'success' | 'error' }
  | {
      readonly kind: 'log';
      readonly level: LogLevelName;
      readonly logger: string;
      readonly message: string;
      readonly fields: LogFields | undefined;
      readonly error: unknown;
    };

/** A chunk of rows for which a plugin function is to be called; the thread sleeps until the answer is there. */
export interface FunctionCall {
  readonly id: number;
  /** The question whose statement calls it. */
  readonly question: number;
  readonly name: string;
  readonly columns: readonly (readonly TypedValue[])[];
  readonly rowCount: number;
}

export type FunctionAnswer =
  | { readonly id: number; readonly values: readonly TypedValue[] }
  | { readonly id: number; readonly failure: string };
