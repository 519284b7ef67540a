import { DRAIN_LIMIT_MS } from '../../common/async/drain-limit.js';
import { settlesWithin } from '../../common/async/settles-within.js';
import { configInForce } from '../../common/ports/config-in-force.js';
import type { LoadedConfig } from '../../common/ports/loaded-config.js';
import type { Log } from '../../common/ports/log.js';
import type { Metrics } from '../../common/ports/metrics.js';
import type { RuntimeLifecycle, RuntimeOptions, StartReport } from '../../common/ports/runtime.js';
import type { Ask, RuntimeSuccession } from './runtime-succession.js';
import type { RuntimeHolder } from './runtime-holder.js';
import type { RuntimeReloader } from './runtime-reloader.js';

/** How long a Runtime may take to end that a reload is still busy with. */
const CUT_OFF_LIMIT_MS = 5_000;

/** From the first Runtime to the end of the last. */
export class RuntimeLife implements RuntimeLifecycle {
  #stopped: Promise<void> | null = null;

  constructor(
    private readonly loaded: LoadedConfig,
    private readonly succession: RuntimeSuccession,
    private readonly holder: RuntimeHolder,
    private readonly reloader: RuntimeReloader,
    private readonly metrics: Metrics,
    private readonly log: Log,
  ) {}

  async start(options: RuntimeOptions): Promise<StartReport> {
    const { config, request } = this.loaded;
    const ask: Ask = (asked, asker) => {
      this.reloader.ask(asked, asker);
    };
    const problems = await this.succession.begin(config, options, request.serving === true ? ask : null);
    this.metrics.watchPool(() => this.holder.current()?.database.pool() ?? { idle: 0, inUse: 0, waiting: 0 });
    if (request.serving === true) this.reloader.open();
    return { problems };
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    const { shutdown } = configInForce(this.holder, this.loaded);
    const graceMs = Math.min(DRAIN_LIMIT_MS, shutdown.timeoutMs);
    this.holder.refuse();
    const [hasReloadEnded] = await Promise.all([
      settlesWithin(this.reloader.close(), graceMs),
      settlesWithin(this.succession.idle(), graceMs),
    ]);
    if (hasReloadEnded) return this.succession.end();
    this.log.write('warning', 'reload', 'A reload is cut off: the server is stopping');
    await settlesWithin(this.succession.end(), CUT_OFF_LIMIT_MS);
  }
}
