import type { CallRequest } from '../../../common/domain/call.js';
import type { Database, DatabaseSession, PoolState, TableShape } from '../../../common/ports/database.js';
import type { SqlEngine } from './sql-engine.js';
import { callerFacts, nobody } from './user-functions.js';

/** The project's database for endpoint code, health, metrics and drift. */
export class DuckDbDatabase implements Database {
  constructor(private readonly engine: SqlEngine) {}

  open(request: CallRequest | null): DatabaseSession {
    return this.engine.open({ facts: request === null ? nobody : callerFacts(request), request });
  }

  ping(): Promise<void> {
    return this.engine.ping();
  }

  describe(): Promise<readonly TableShape[]> {
    return this.engine.describe();
  }

  pool(): PoolState {
    return this.engine.pool();
  }
}
