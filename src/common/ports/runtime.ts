import type { AppConfig } from '../domain/app-config.js';
import type { EndpointProblem } from '../domain/endpoint.js';
import type { Database } from './database.js';
import type { EndpointRegistry } from './endpoint-registry.js';
import type { Executors } from './executor.js';
import type { PolicyEngine } from './policy-engine.js';

/** All that one load of the configuration produced. Immutable; replaced whole. */
export interface Runtime {
  readonly generation: number;
  readonly config: AppConfig;
  readonly endpoints: EndpointRegistry;
  readonly policies: PolicyEngine;
  readonly executors: Executors;
  readonly database: Database;
  /** @param whileClosed see `Executors.dispose` */
  dispose(whileClosed?: () => Promise<void>): Promise<void>;
}

export abstract class RuntimeSource {
  /**
   * Runs work on the current Runtime, which stays alive until work settles. Waits while a reload has to close
   * the database.
   * @throws UnavailableError before the first Runtime, while shutting down, after a reload that left none, and
   *   when a reload makes callers wait too long or too many wait
   */
  abstract use<T>(work: (runtime: Runtime) => Promise<T>): Promise<T>;

  /**
   * The current Runtime for a synchronous look, such as a listing; null when there is none. While a reload has
   * the database closed it is the last one: its endpoints and configuration may be read, its database not.
   */
  abstract current(): Runtime | null;

  /** True while calls wait for a reload that has to close the database. */
  abstract isPaused(): boolean;
}

export interface RuntimeOptions {
  /**
   * `none`: endpoints are checked when called. `report`: every endpoint is checked, findings are reported.
   * `refuse`: errors stop the start. `skip`: endpoints with errors are left out.
   */
  readonly check: 'none' | 'report' | 'refuse' | 'skip';
}

export interface StartReport {
  /** Every finding about definition files, errors and warnings, ordered by file. */
  readonly problems: readonly EndpointProblem[];
}

/** Begins and ends the life of Runtimes; for the process's entry points. */
export abstract class RuntimeLifecycle {
  /**
   * Builds the first Runtime. Nothing is left open when it fails.
   * @throws EndpointsInvalidError when `check` is `refuse` and a definition has errors
   */
  abstract start(options: RuntimeOptions): Promise<StartReport>;

  /**
   * Refuses new work, lets running work finish as long as the settings in force allow, then aborts it and disposes
   * the Runtime.
   */
  abstract stop(): Promise<void>;
}
