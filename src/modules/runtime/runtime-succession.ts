import { settlesWithin } from '../../common/async/settles-within.js';
import type { AppConfig } from '../../common/domain/app-config.js';
import type { EndpointProblem } from '../../common/domain/endpoint.js';
import { DatabaseHeldError, UnavailableError } from '../../common/errors/server-errors.js';
import type { Log } from '../../common/ports/log.js';
import type { ReloadRequest } from '../../common/ports/reloader.js';
import type { RuntimeOptions } from '../../common/ports/runtime.js';
import { closeAll } from './close-all.js';
import { HeldRuntime } from './held-runtime.js';
import { blueprintOf, type Blueprint, type RuntimeFactory } from './runtime-factory.js';
import type { RuntimeHolder } from './runtime-holder.js';

/** Takes what the code of a Runtime asks for; null for one that is not complete yet. */
export type Ask = (request: ReloadRequest, asker: HeldRuntime | null) => void;

interface Successor {
  readonly held: HeldRuntime;
  readonly problems: readonly EndpointProblem[];
}

/** Puts one Runtime after the other into service and ends them: all that begins or ends a Runtime is here. */
export class RuntimeSuccession {
  /** Replaced, and not ended yet. */
  readonly #retired = new Set<HeldRuntime>();
  #options: RuntimeOptions = { check: 'none' };
  #ask: Ask | null = null;

  constructor(
    private readonly factory: RuntimeFactory,
    private readonly holder: RuntimeHolder,
    private readonly log: Log,
  ) {}

  /**
   * Puts the first Runtime into service. Nothing is left open when it fails.
   * @param ask null where there is nothing to reload
   * @returns every finding about definition files
   */
  async begin(
    config: AppConfig,
    options: RuntimeOptions,
    ask: Ask | null,
  ): Promise<readonly EndpointProblem[]> {
    this.#options = options;
    this.#ask = ask;
    const { held, problems } = await this.#open(await this.factory.prepare(config, options));
    this.holder.serve(held);
    return problems;
  }

  /**
   * Puts the next Runtime into service. Without `whileClosed`, and while both can use the same database, it is
   * complete before the former one ends, and nobody waits; else the former one ends first.
   * @param stopping fires when the process stops, which ends this early
   * @throws AppError of what went wrong; what served goes on serving, unless the log says that it cannot
   */
  async replace(
    config: AppConfig,
    whileClosed: (() => Promise<void>) | null,
    stopping: AbortSignal,
  ): Promise<void> {
    const blueprint = await this.factory.prepare(config, this.#options);
    await this.factory.precheck(blueprint);
    const next = whileClosed === null ? await this.#openBeside(blueprint) : null;
    if (next === null) return this.#replaceClosed(blueprint, whileClosed, stopping);
    if (stopping.aborted) {
      await this.#dispose(next);
      throw new UnavailableError('Server is shutting down');
    }
    const former = this.holder.held;
    this.holder.serve(next);
    if (former !== null) void this.#retire(former, config.reload.drainTimeoutMs);
  }

  /** Settles once no call runs on any Runtime. */
  async idle(): Promise<void> {
    await Promise.all(this.#all().map((held) => held.idle()));
  }

  /** Ends every Runtime; what still runs is interrupted by the executors as they close. */
  async end(): Promise<void> {
    const all = this.#all();
    this.holder.serveNothing('Server is shutting down');
    await Promise.all(all.map((held) => held.dispose()));
  }

  /** Null when the database must be closed first. */
  async #openBeside(blueprint: Blueprint): Promise<HeldRuntime | null> {
    try {
      return (await this.#open(blueprint)).held;
    } catch (error) {
      if (error instanceof DatabaseHeldError) return null;
      throw error;
    }
  }

  async #replaceClosed(
    blueprint: Blueprint,
    whileClosed: (() => Promise<void>) | null,
    stopping: AbortSignal,
  ): Promise<void> {
    this.holder.pause();
    try {
      await this.#drain(blueprint.config, stopping);
      const former = this.holder.held;
      await closeAll(this.#all(), whileClosed ?? (() => Promise.resolve()), this.log);
      this.#retired.clear();
      if (stopping.aborted) throw new UnavailableError('Server is shutting down');
      this.holder.serve(await this.#openOrRestore(blueprint, former));
    } finally {
      this.holder.resume();
    }
  }

  /** @throws UnavailableError when calls still run at the limit and must not be interrupted, or at a stop */
  async #drain({ reload }: AppConfig, stopping: AbortSignal): Promise<void> {
    if (await settlesWithin(this.idle(), reload.drainTimeoutMs, stopping)) return;
    if (stopping.aborted) throw new UnavailableError('Server is shutting down');
    if (reload.onDrainTimeout === 'cancel') return;
    throw new UnavailableError(
      `The database had to be closed, and running calls did not finish within ${reload.drainTimeoutMs} ms`,
    );
  }

  async #openOrRestore(blueprint: Blueprint, former: HeldRuntime | null): Promise<HeldRuntime> {
    try {
      return (await this.#open(blueprint)).held;
    } catch (error) {
      await this.#restore(former);
      throw error;
    }
  }

  async #restore(former: HeldRuntime | null): Promise<void> {
    const unavailable = 'Server is not available: its last reload failed';
    this.holder.serveNothing(unavailable);
    if (former === null) return;
    try {
      const { held } = await this.#open(blueprintOf(former.runtime));
      this.holder.serve(held);
    } catch (error) {
      this.log.write('critical', 'reload', 'The former configuration cannot be served again', {}, error);
    }
  }

  /** Ends a replaced Runtime once nobody works on it, at the latest when the limit is reached. */
  async #retire(former: HeldRuntime, limitMs: number): Promise<void> {
    this.#retired.add(former);
    await settlesWithin(former.idle(), limitMs);
    await former.unpinned();
    await this.#dispose(former);
    this.#retired.delete(former);
  }

  async #dispose(held: HeldRuntime): Promise<void> {
    try {
      await held.dispose();
    } catch (error) {
      this.log.write('error', 'reload', 'What a reload replaced did not end properly', {}, error);
    }
  }

  async #open(blueprint: Blueprint): Promise<Successor> {
    const ask = this.#ask;
    let held: HeldRuntime | null = null;
    const reload = (request: ReloadRequest): void => ask?.(request, held);
    const { runtime, problems } = await this.factory.open(blueprint, ask === null ? null : reload);
    held = new HeldRuntime(runtime);
    return { held, problems };
  }

  #all(): readonly HeldRuntime[] {
    const { held } = this.holder;
    return held === null ? [...this.#retired] : [...this.#retired, held];
  }
}
