import type { CallRequest } from '../../../common/domain/call.js';
import type { JsonObject } from '../../../common/domain/json.js';
import type { TypedValue } from '../../../common/domain/sql-value.js';
import { AppError } from '../../../common/errors/app-error.js';
import { ExecutionFailedError, WorkerLostError } from '../../../common/errors/endpoint-errors.js';
import { EndpointCodeError } from '../../../common/errors/server-errors.js';
import type { Clock } from '../../../common/ports/clock.js';
import type { Database } from '../../../common/ports/database.js';
import type { ExecutorRequest } from '../../../common/ports/executor.js';
import type { Log } from '../../../common/ports/log.js';
import type { Metrics } from '../../../common/ports/metrics.js';
import { SqlFunctions, type SqlFunction } from '../sql-functions.js';
import { CallContexts, contextMessage } from './call-contexts.js';
import { HostNotices } from './host-notices.js';
import { HostServices } from './host-services.js';
import { findInterpreter } from './interpreter.js';
import { PythonExecutor } from './python-executor.js';
import { hasHooks, pythonEndpoints, sourceFiles } from './python-sources.js';
import { PythonStart, reportFailure } from './python-start.js';
import { typedValues } from './sql-types.js';
import { PythonFailure } from './worker-answer.js';
import { processLaunch } from './worker-process.js';
import { objectsMember, textMember } from './wire.js';
import { WorkerPool } from './worker-pool.js';
import { WorkerSlot } from './worker-slot.js';

/** Longest that the stop hooks, and then the plugins, of one worker may take. */
const STOP_LIMIT_MS = 5000;
/** Longest that a plugin function waits for a worker; other SQL waits with it. */
const FUNCTION_WAIT_MS = 5000;
/** Longest that a worker may take to end by itself. */
const EXIT_GRACE_MS = 2000;

interface Services {
  readonly log: Log;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/**
 * The Python of one Runtime, in the order of its life: `start` loads the plugins, whose functions the database is
 * opened with; `begin` imports modules and runs start hooks; `stop` runs stop hooks, while the database is still
 * open; `exit` ends the processes.
 */
export class PythonCode extends SqlFunctions {
  readonly executor: PythonExecutor;

  private constructor(
    private readonly pool: WorkerPool,
    private readonly contexts: CallContexts,
    private readonly startup: PythonStart,
    private readonly services: Services,
    private readonly root: string,
  ) {
    super();
    this.executor = new PythonExecutor(pool, contexts, services.log, services.metrics, root);
  }

  /**
   * Starts the workers up to their plugins; null when the project needs no Python: no endpoint, no plugin and no
   * module with hooks. Hooks alone are done without where there is no interpreter, with a warning.
   * @throws EndpointCodeError when no interpreter or a plugin can be used; nothing stays alive then
   */
  static async start(request: ExecutorRequest, services: Services): Promise<PythonCode | null> {
    const { config } = request;
    const endpoints = pythonEndpoints(request.endpoints);
    const isRequired = endpoints.length > 0 || config.userCode.plugins.length > 0;
    const unreadable = (path: string, error: unknown): void => {
      services.log.write('warning', 'python', 'Cannot be read; hooks in it do not run', { path }, error);
    };
    if (!isRequired && !(await hasHooks(config.paths.python, unreadable))) return null;
    const interpreter = await interpreterOf(request, services.log, isRequired);
    if (interpreter === null) return null;

    const { log, clock } = services;
    const contexts = new CallContexts();
    const host = new HostServices(contexts, new HostNotices(contexts, log, clock), request.reload);
    const start = new PythonStart(
      config,
      {
        sources: sourceFiles(endpoints),
        onlyHooks: request.checkOnly,
        requireHooks: request.requireHooks,
      },
      contexts,
      log,
    );
    const launch = processLaunch(interpreter, log, clock);
    const slots = Array.from(
      { length: config.userCode.workers },
      () => new WorkerSlot(launch, host, start, log, clock),
    );
    const code = new PythonCode(new WorkerPool(slots), contexts, start, services, config.project.root);
    await code.#orExit(() => code.pool.boot());
    return code;
  }

  get functions(): readonly SqlFunction[] {
    return this.startup.functions;
  }

  /**
   * Imports the project's modules and runs its start hooks.
   * @throws EndpointCodeError when that cannot be; nothing stays alive then
   */
  async begin(database: Database): Promise<void> {
    this.contexts.use(database);
    await this.#orExit(() => this.pool.finish());
  }

  canRun(): boolean {
    return this.pool.canRun();
  }

  async call(
    name: string,
    columns: readonly (readonly TypedValue[])[],
    rowCount: number,
    request: CallRequest | null,
    signal: AbortSignal,
  ): Promise<readonly TypedValue[]> {
    const worker = await inTime(this.pool.forFunction(), FUNCTION_WAIT_MS);
    if (worker === null) throw new WorkerLostError('Python worker is not running; the log says why');
    const context = this.contexts.openForFunction(request);
    try {
      const message = { function: name, columns, rows: rowCount, context: contextMessage(context) };
      return typedValues(await worker.runFunction(message, signal), 'values');
    } catch (error) {
      throw error instanceof PythonFailure ? new ExecutionFailedError(error.message) : error;
    } finally {
      await this.contexts.end(context);
    }
  }

  /** Runs stop hooks and ends the plugins, in every worker; failures are logged. No worker is started any more. */
  async stop(): Promise<void> {
    this.pool.close();
    await Promise.all(
      this.pool.serving.map(async (worker) => {
        await this.#tryStep('Shutdown hook', () => worker.request('run_hooks', { which: 'shutdown' }));
        await this.#tryStep('Shutdown of plugin', () => worker.request('shutdown_plugins'));
      }),
    );
    await this.contexts.releaseSystem();
    this.contexts.use(null);
  }

  /** Ends the processes. */
  exit(): Promise<void> {
    return this.pool.exit(EXIT_GRACE_MS);
  }

  async #tryStep(what: string, step: () => Promise<JsonObject>) {
    const { log } = this.services;
    try {
      const answer = await inTime(step(), STOP_LIMIT_MS);
      if (answer === null) {
        log.write('warning', 'python', `${what} took too long and is left behind`);
        return;
      }
      for (const failure of objectsMember(answer, 'failures')) {
        reportFailure(log, `${what} ${textMember(failure, 'name')} failed`, failure, this.root);
      }
    } catch (error) {
      // a worker that is gone or failed has nothing more to stop
      if (!(error instanceof AppError)) throw error;
      log.write('warning', 'python', `${what} could not be run`, {}, error);
    }
  }

  async #orExit(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      await this.exit();
      if (!(error instanceof PythonFailure) && !(error instanceof WorkerLostError)) throw error;
      throw new EndpointCodeError(`Python could not be started: ${error.message}`, { cause: error });
    }
  }
}

async function interpreterOf(
  { config }: ExecutorRequest,
  log: Log,
  isRequired: boolean,
): Promise<string | null> {
  const { interpreter, virtualEnv } = config.userCode;
  try {
    return (await findInterpreter({ root: config.project.root, interpreter, virtualEnv })).path;
  } catch (error) {
    if (isRequired || !(error instanceof EndpointCodeError)) throw error;
    log.write('warning', 'python', `Hooks of the project do not run. ${error.message}`);
    return null;
  }
}

/** Null when the time is up first. */
async function inTime<T>(work: Promise<T>, limitMs: number): Promise<T | null> {
  const { promise: late, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(resolve, limitMs, null);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
