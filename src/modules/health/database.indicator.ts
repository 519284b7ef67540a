import type { HealthIndicatorService, HealthIndicatorResult } from '@nestjs/terminus';
import type { Database, PoolState } from '../../common/ports/database.js';
import type { RuntimeSource } from '../../common/ports/runtime.js';

/** Longest that a healthy database takes to answer a trivial statement (operations.md §5). */
const PING_LIMIT_MS = 1000;

/** Asks the database a trivial question. */
export class DatabaseIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly runtimes: RuntimeSource,
  ) {}

  async check(): Promise<HealthIndicatorResult<'database'>> {
    const database = this.runtimes.current()?.database;
    const session = this.indicators.check('database');
    if (database === undefined)
      return session.down('the server is starting, stopping, or its last reload failed');
    if (this.runtimes.isPaused()) return session.up();
    // a question behind slow queries says nothing about the database
    if (isSaturated(database.pool())) return session.up();
    const found = await session.attempt(() => database.ping()).withTimeout(PING_LIMIT_MS);
    if (found.database.status === 'up' || this.isReplaced(database)) return session.up();
    // anyone may ask: the driver's own words can name files
    return session.down('the database does not answer');
  }

  /** A reload stays ready; what did not answer may just have been closed by it. */
  private isReplaced(database: Database): boolean {
    return this.runtimes.isPaused() || this.runtimes.current()?.database !== database;
  }
}

function isSaturated(pool: PoolState): boolean {
  return pool.inUse > 0 && (pool.idle === 0 || pool.waiting > 0);
}
