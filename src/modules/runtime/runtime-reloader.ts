import { settlesWithin } from '../../common/async/settles-within.js';
import type { AppConfig } from '../../common/domain/app-config.js';
import { UnavailableError } from '../../common/errors/server-errors.js';
import type { ConfigLoader } from '../../common/ports/config-loader.js';
import type { LoadedConfig } from '../../common/ports/loaded-config.js';
import type { Metrics } from '../../common/ports/metrics.js';
import type { Reloader, ReloadReport, ReloadRequest } from '../../common/ports/reloader.js';
import type { HeldRuntime } from './held-runtime.js';
import { ReloadBatch } from './reload-batch.js';
import type { ReloadJournal } from './reload-journal.js';
import type { RuntimeSuccession } from './runtime-succession.js';
import { reconfigured, type Reconfiguration } from './start-settings.js';

/** Longest that reading both files and their references may take (operations.md §2, step 2). */
const LOAD_LIMIT_MS = 30_000;

/** Carries out reloads one at a time; all that are asked for meanwhile become the next one. */
export class RuntimeReloader implements Reloader {
  readonly #listeners = new Set<() => void>();
  readonly #stopping = new AbortController();
  #isOpen = false;
  #hadKeys: boolean;
  #pending: ReloadBatch | null = null;
  #running: Promise<void> | null = null;

  constructor(
    private readonly started: LoadedConfig,
    private readonly configLoader: ConfigLoader,
    private readonly succession: RuntimeSuccession,
    private readonly journal: ReloadJournal,
    private readonly metrics: Metrics,
  ) {
    this.#hadKeys = started.config.auth.apiKeys.length > 0;
  }

  /** From here on requests are taken; those before are ignored. */
  open(): void {
    this.#isOpen = !this.#stopping.signal.aborted;
  }

  /** Ignores later requests, cancels the pending ones, and settles when the running one has ended. */
  async close(): Promise<void> {
    this.#isOpen = false;
    this.#stopping.abort();
    await this.#running;
  }

  reload(request: ReloadRequest): Promise<ReloadReport> {
    if (!this.#isOpen) {
      this.journal.ignored(request);
      return Promise.resolve(failure('The server is starting or stopping'));
    }
    this.#pending ??= new ReloadBatch();
    const report = this.#pending.add(request);
    this.#running ??= this.#runAll();
    return report;
  }

  /** A request of a Runtime's code, which stays alive until its work is done. */
  ask(request: ReloadRequest, asker: HeldRuntime | null): void {
    const unpin = request.whileClosed === null ? undefined : asker?.pin();
    void this.reload(request).finally(unpin);
  }

  onSwapped(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #runAll(): Promise<void> {
    // requests of the same turn of the event loop are one reload
    await Promise.resolve();
    for (let batch = this.#take(); batch !== null; batch = this.#take()) batch.settle(await this.#run(batch));
    this.#running = null;
  }

  #take(): ReloadBatch | null {
    const batch = this.#pending;
    this.#pending = null;
    return batch;
  }

  async #run(batch: ReloadBatch): Promise<ReloadReport> {
    if (this.#stopping.signal.aborted) return failure('Server is shutting down');
    const counted = this.metrics.reloadStarted(batch.trigger);
    const finish = this.journal.begin(batch);
    const report = await this.#replace(batch).catch((error: unknown) => failure(this.journal.failed(error)));
    finish(report);
    counted(report.status);
    return report;
  }

  async #replace(batch: ReloadBatch): Promise<ReloadReport> {
    const { config, restartRequired } = await this.#readAgain();
    await this.succession.replace(config, batch.whileClosed(), this.#stopping.signal);
    this.#hadKeys ||= config.auth.apiKeys.length > 0;
    this.journal.swapped(config);
    this.#notify();
    return { status: 'success', error: null, restartRequired };
  }

  /** The profile is chosen at the start, so that an edited file cannot change it. */
  async #readAgain(): Promise<Reconfiguration> {
    const { config: started, request } = this.started;
    const loading: Promise<AppConfig> = this.configLoader.load({
      ...request,
      profile: started.project.profile,
    });
    const { signal } = this.#stopping;
    if (!(await settlesWithin(loading, LOAD_LIMIT_MS, signal))) {
      throw new UnavailableError(
        signal.aborted
          ? 'Server is shutting down'
          : `The configuration could not be read within ${LOAD_LIMIT_MS} ms`,
      );
    }
    return reconfigured(started, await loading, this.#hadKeys);
  }

  #notify(): void {
    for (const listener of this.#listeners) {
      try {
        listener();
      } catch (error) {
        this.journal.failed(error);
      }
    }
  }
}

function failure(error: string): ReloadReport {
  return { status: 'error', error, restartRequired: [] };
}
