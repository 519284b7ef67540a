import type { AppConfig } from '../../src/common/domain/app-config.js';
import type { EndpointProblem } from '../../src/common/domain/endpoint.js';
import type { ConfigRequest } from '../../src/common/ports/config-loader.js';
import type { ReloadReport, ReloadRequest } from '../../src/common/ports/reloader.js';
import { ReloadJournal } from '../../src/modules/runtime/reload-journal.js';
import { RuntimeFactory } from '../../src/modules/runtime/runtime-factory.js';
import { RuntimeHolder } from '../../src/modules/runtime/runtime-holder.js';
import { RuntimeLife } from '../../src/modules/runtime/runtime-life.js';
import { RuntimeReloader } from '../../src/modules/runtime/runtime-reloader.js';
import { RuntimeSuccession } from '../../src/modules/runtime/runtime-succession.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { FakeExecutorFactory } from '../fakes/fake-executor-factory.js';
import { FixedEndpointRegistry } from '../fakes/fixed-endpoint-registry.js';
import { FixedRuntime } from '../fakes/fixed-runtime.js';
import { RecordingLog } from '../fakes/recording-log.js';
import { RecordingMetrics } from '../fakes/recording-metrics.js';
import { aConfig } from './a-config.js';

/** A call that runs on a Runtime until told to end. */
export interface RunningCall {
  readonly ended: Promise<number>;
  finish(): void;
}

/** Everything around Runtimes, with files and executors that a test sets; started as `serve` does. */
export class RuntimeLifeFixture {
  readonly log = new RecordingLog();
  readonly metrics = new RecordingMetrics();
  readonly executors = new FakeExecutorFactory();
  readonly holder = new RuntimeHolder();
  readonly loads: ConfigRequest[] = [];
  readonly reloader: RuntimeReloader;
  readonly life: RuntimeLife;
  /** What the files say; a function may fail or wait. */
  files: () => AppConfig | Promise<AppConfig> = () => aConfig();
  /** What is wrong with the definitions. */
  problems: readonly EndpointProblem[] = [];

  constructor(serving = true) {
    const loaded = { config: aConfig(), request: { serving } };
    const { policies } = new FixedRuntime().runtime;
    const factory = new RuntimeFactory(
      { load: () => Promise.resolve(new FixedEndpointRegistry([], this.problems)) },
      { compile: () => Promise.resolve(policies) },
      this.executors,
      this.log,
    );
    const succession = new RuntimeSuccession(factory, this.holder, this.log);
    const load = async (request: ConfigRequest): Promise<AppConfig> => {
      this.loads.push(request);
      return this.files();
    };
    const journal = new ReloadJournal(this.log, new FakeClock());
    this.reloader = new RuntimeReloader(loaded, { load }, succession, journal, this.metrics);
    this.life = new RuntimeLife(loaded, succession, this.holder, this.reloader, this.metrics, this.log);
  }

  static async started(): Promise<RuntimeLifeFixture> {
    const fixture = new RuntimeLifeFixture();
    await fixture.life.start({ check: 'refuse' });
    return fixture;
  }

  /** The generation that serves; null when none does. */
  get generation(): number | null {
    return this.holder.current()?.generation ?? null;
  }

  /** A reload as SIGHUP asks for it, or with work. */
  reload(whileClosed: ReloadRequest['whileClosed'] = null): Promise<ReloadReport> {
    const trigger = whileClosed === null ? 'sighup' : 'runtime';
    return this.reloader.reload({ trigger, description: trigger, whileClosed });
  }

  /** A call that begins now; it answers with the generation that it ran on. */
  call(): RunningCall {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const ended = this.holder.use(async ({ generation }) => {
      await promise;
      return generation;
    });
    ended.catch(() => undefined);
    return {
      ended,
      finish: () => {
        resolve(undefined);
      },
    };
  }

  /** `level message` of every line. */
  get lines(): readonly string[] {
    return this.log.lines.map(({ level, message }) => `${level} ${message}`);
  }
}

/** The configuration with another database option, for which the file must be closed. */
export function withOtherOptions(overrides: Partial<AppConfig> = {}): AppConfig {
  const config = aConfig(overrides);
  return { ...config, database: { ...config.database, memoryLimit: '1GB' } };
}
