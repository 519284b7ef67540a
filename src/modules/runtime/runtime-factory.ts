import type { EndpointProblem } from '../../common/domain/endpoint.js';
import { EndpointsInvalidError } from '../../common/errors/endpoint-errors.js';
import type { EndpointLoader } from '../../common/ports/endpoint-loader.js';
import type { EndpointRegistry } from '../../common/ports/endpoint-registry.js';
import type { ExecutorFactory, Executors } from '../../common/ports/executor.js';
import type { LoadedConfig } from '../../common/ports/loaded-config.js';
import type { PolicyCompiler } from '../../common/ports/policy-engine.js';
import type { Runtime, RuntimeOptions } from '../../common/ports/runtime.js';

export interface BuiltRuntime {
  readonly runtime: Runtime;
  readonly problems: readonly EndpointProblem[];
}

/** Builds complete Runtimes: definitions, policies, database and executors of one load of the configuration. */
export class RuntimeFactory {
  #generation = 0;

  constructor(
    private readonly loaded: LoadedConfig,
    private readonly endpointLoader: EndpointLoader,
    private readonly policyCompiler: PolicyCompiler,
    private readonly executorFactory: ExecutorFactory,
  ) {}

  /**
   * Builds a Runtime from the files as they are now. Nothing stays open when it fails.
   * @throws AppError of the step that failed; EndpointsInvalidError when `check` is `refuse`
   */
  async build(options: RuntimeOptions): Promise<BuiltRuntime> {
    const { config } = this.loaded;
    const found = await this.endpointLoader.load(config);
    const { executors, database } = await this.executorFactory.create({
      config,
      endpoints: found,
      checkOnly: options.check === 'report',
      requireHooks: options.check === 'refuse',
      reload: null,
    });
    try {
      const problems = options.check === 'none' ? found.problems : await this.inspect(found, executors);
      const endpoints = serveable(found, problems, options);
      this.#generation += 1;
      const runtime: Runtime = Object.freeze({
        generation: this.#generation,
        config,
        endpoints,
        policies: this.policyCompiler.compile(endpoints),
        executors,
        database,
        dispose: (whileClosed?: () => Promise<void>) => executors.dispose(whileClosed),
      });
      return { runtime, problems };
    } catch (error) {
      await executors.dispose();
      throw error;
    }
  }

  private async inspect(found: EndpointRegistry, executors: Executors): Promise<readonly EndpointProblem[]> {
    const endpoints = (['tool', 'resource', 'prompt'] as const).flatMap((kind) => found.list(kind));
    const checked = await Promise.all(endpoints.map((endpoint) => executors.check(endpoint)));
    const policies = this.policyCompiler.compile(found).problems;
    return [...found.problems, ...checked.flat(), ...policies].sort((a, b) => compareText(a.file, b.file));
  }
}

function serveable(
  found: EndpointRegistry,
  problems: readonly EndpointProblem[],
  options: RuntimeOptions,
): EndpointRegistry {
  const errors = problems.filter((problem) => problem.severity === 'error');
  if (options.check === 'refuse' && errors.length > 0) throw new EndpointsInvalidError(errors);
  if (options.check === 'none' || options.check === 'refuse' || errors.length === 0) return found;
  const known = new Set(found.problems);
  const added = problems.filter((problem) => !known.has(problem));
  return found.without(new Set(errors.map((problem) => problem.file)), added);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
