import type { AppConfig } from '../../common/domain/app-config.js';
import { problemLine, type EndpointProblem } from '../../common/domain/endpoint.js';
import { EndpointsInvalidError } from '../../common/errors/endpoint-errors.js';
import type { EndpointLoader } from '../../common/ports/endpoint-loader.js';
import type { EndpointRegistry } from '../../common/ports/endpoint-registry.js';
import type { ExecutorFactory, ExecutorRequest, Executors } from '../../common/ports/executor.js';
import type { Log } from '../../common/ports/log.js';
import type { PolicyCompiler } from '../../common/ports/policy-engine.js';
import type { Runtime, RuntimeOptions } from '../../common/ports/runtime.js';

/** What a Runtime is built from; as much of it as can be known without opening anything. */
export interface Blueprint {
  readonly config: AppConfig;
  readonly endpoints: EndpointRegistry;
  readonly check: RuntimeOptions['check'];
}

export interface BuiltRuntime {
  readonly runtime: Runtime;
  readonly problems: readonly EndpointProblem[];
}

/** Builds complete Runtimes: definitions, policies, database and executors of one load of the configuration. */
export class RuntimeFactory {
  #generation = 0;

  constructor(
    private readonly endpointLoader: EndpointLoader,
    private readonly policyCompiler: PolicyCompiler,
    private readonly executorFactory: ExecutorFactory,
    private readonly log: Log,
  ) {}

  /** Reads the definitions as they are now. Opens nothing. */
  async prepare(config: AppConfig, { check }: RuntimeOptions): Promise<Blueprint> {
    const endpoints = await this.endpointLoader.load(config);
    // a refusal tells all, and a report shows all
    if (check === 'none' || check === 'skip') this.#write(endpoints.problems);
    return { config, endpoints, check };
  }

  /**
   * Looks for errors that show without a database, so that nothing need be closed to find them.
   * @throws EndpointsInvalidError when `check` is `refuse` and there are any
   */
  async precheck({ endpoints, check }: Blueprint): Promise<void> {
    if (check !== 'refuse') return;
    const { problems } = await this.policyCompiler.compile(endpoints);
    refuseErrors([...endpoints.problems, ...problems]);
  }

  /**
   * Opens what was prepared. Nothing stays open when it fails.
   * @throws AppError of the step that failed; EndpointsInvalidError when `check` is `refuse`;
   *   DatabaseHeldError when an open Runtime must let go of the database file first
   */
  async open(
    { config, endpoints: found, check }: Blueprint,
    reload: ExecutorRequest['reload'],
  ): Promise<BuiltRuntime> {
    const request = {
      config,
      endpoints: found,
      checkOnly: check === 'report',
      requireHooks: check === 'refuse',
      reload,
    };
    const { executors, database } = await this.executorFactory.create(request);
    try {
      const problems = check === 'none' ? found.problems : await this.inspect(found, executors);
      const endpoints = serveable(found, problems, check);
      if (check === 'refuse') this.#write(problems);
      if (check === 'skip') this.#write(addedTo(found, problems));
      const policies = await this.policyCompiler.compile(endpoints);
      this.#generation += 1;
      const runtime: Runtime = Object.freeze({
        generation: this.#generation,
        config,
        endpoints,
        policies,
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
    const { problems } = await this.policyCompiler.compile(found);
    return [...found.problems, ...checked.flat(), ...problems].sort((a, b) => compareText(a.file, b.file));
  }

  #write(problems: readonly EndpointProblem[]): void {
    for (const problem of problems) {
      const { file, line, severity } = problem;
      const place = line === null ? {} : { line };
      this.log.write(severity, 'endpoints', problemLine(problem), { file, ...place });
    }
  }
}

/** What a Runtime was built from, to build it once more: its definitions as they were then. */
export function blueprintOf({ config, endpoints }: Runtime): Blueprint {
  return { config, endpoints, check: 'none' };
}

function serveable(
  found: EndpointRegistry,
  problems: readonly EndpointProblem[],
  check: RuntimeOptions['check'],
): EndpointRegistry {
  if (check === 'refuse') refuseErrors(problems);
  const errors = errorsOf(problems);
  if (check === 'none' || errors.length === 0) return found;
  return found.without(new Set(errors.map((problem) => problem.file)), addedTo(found, problems));
}

/** What the loader did not find. */
function addedTo(
  { problems: known }: EndpointRegistry,
  problems: readonly EndpointProblem[],
): readonly EndpointProblem[] {
  const seen = new Set(known);
  return problems.filter((problem) => !seen.has(problem));
}

function refuseErrors(problems: readonly EndpointProblem[]): void {
  const errors = errorsOf(problems);
  if (errors.length > 0) throw new EndpointsInvalidError(errors);
}

function errorsOf(problems: readonly EndpointProblem[]): readonly EndpointProblem[] {
  return problems.filter((problem) => problem.severity === 'error');
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
