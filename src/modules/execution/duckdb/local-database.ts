import type { DatabaseConfig } from '../../../common/domain/app-config.js';
import type { Clock } from '../../../common/ports/clock.js';
import type { Log } from '../../../common/ports/log.js';
import type { Metrics } from '../../../common/ports/metrics.js';
import { DatabaseClient } from './database-client.js';
import type { OpenDatabase } from './database-registry.js';
import { LocalEngine } from './local-engine.js';
import { noPluginFunctions, type PluginFunctions } from './plugin-functions.js';
import { SharedDatabase } from './shared-database.js';
import type { StatementLanes } from './statement-lanes.js';

/** What statements of this thread share and report to. */
export interface StatementServices {
  readonly log: Pick<Log, 'write'>;
  readonly lanes: StatementLanes;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'statementStarted' | 'poolAcquired'>;
}

/** A database file that is open in this thread. */
export class LocalDatabase implements OpenDatabase {
  private constructor(
    private readonly shared: SharedDatabase,
    private readonly services: StatementServices,
  ) {}

  /** @throws DatabaseUnavailableError */
  static async open(
    config: DatabaseConfig,
    services: StatementServices,
    functions: PluginFunctions = noPluginFunctions,
  ): Promise<LocalDatabase> {
    return new LocalDatabase(await SharedDatabase.open(config, services.log, functions), services);
  }

  configure(config: DatabaseConfig): Promise<void> {
    return this.shared.configure(config);
  }

  engine(config: DatabaseConfig, released: () => Promise<void>): LocalEngine {
    const { lanes, clock, metrics } = this.services;
    const share = { database: this.shared, release: released };
    const client = new DatabaseClient(share, config.pool, lanes, clock, metrics);
    return new LocalEngine(client, config.statementTimeoutMs ?? 0);
  }

  close(): Promise<void> {
    return this.shared.close();
  }
}
