import type { AppConfig } from '../../../common/domain/app-config.js';
import type { JsonObject } from '../../../common/domain/json.js';
import { EndpointCodeError } from '../../../common/errors/server-errors.js';
import type { Log } from '../../../common/ports/log.js';
import type { SqlFunction } from '../sql-functions.js';
import type { CallContexts } from './call-contexts.js';
import { sqlFunctionOf } from './sql-types.js';
import { PythonFailure } from './worker-answer.js';
import { objectsMember, textMember, textsMember } from './wire.js';
import type { Worker } from './worker.js';
import type { WorkerStart } from './worker-slot.js';

const PROTOCOL = 1;

export interface StartOptions {
  /** Absolute paths of the endpoints' files. */
  readonly sources: readonly string[];
  /** Of the project's modules only those with hooks are imported. */
  readonly onlyHooks: boolean;
  /** A start hook that fails stops the first start. */
  readonly requireHooks: boolean;
}

/** How a worker is made ready: configuration, plugins, imports, start hooks; the same at each restart. */
export class PythonStart implements WorkerStart {
  #functions: readonly SqlFunction[] | null = null;
  #isFirst = true;

  constructor(
    private readonly config: AppConfig,
    private readonly options: StartOptions,
    private readonly contexts: CallContexts,
    private readonly log: Log,
  ) {}

  /** The plugins' functions as the first worker offered them. */
  get functions(): readonly SqlFunction[] {
    return this.#functions ?? [];
  }

  /** @throws EndpointCodeError when a plugin cannot be loaded */
  async prepare(worker: Worker): Promise<void> {
    await worker.request('configure', configureMessage(this.config, this.options.sources));
    if (this.config.userCode.plugins.length === 0) return;
    const answer = await worker.request('load_plugins').catch((error: unknown) => {
      if (!(error instanceof PythonFailure)) throw error;
      throw new EndpointCodeError(`Failed to create RuntimeEnvironment: ${error.message}`, { cause: error });
    });
    for (const warning of textsMember(answer, 'warnings')) this.log.write('warning', 'python', warning);
    this.#accept(objectsMember(answer, 'functions').map(sqlFunctionOf));
  }

  /** @throws EndpointCodeError when a start hook failed that must not */
  async finish(worker: Worker): Promise<void> {
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    try {
      const imports = await worker.request('import_modules', { only_hooks: this.options.onlyHooks });
      for (const failure of objectsMember(imports, 'failures')) {
        const file = rootRelative(this.config.project.root, textMember(failure, 'file'));
        this.#report(`Failed to import ${file}`, failure);
      }
      await this.#runHooks(worker, isFirst && this.options.requireHooks);
    } finally {
      await this.contexts.releaseSystem();
    }
  }

  async #runHooks(worker: Worker, required: boolean): Promise<void> {
    const hooks = await worker.request('run_hooks', { which: 'init' });
    const failures = objectsMember(hooks, 'failures');
    for (const failure of failures) this.#report(`Init hook ${textMember(failure, 'name')} failed`, failure);
    const [first] = failures;
    if (!required || first === undefined) return;
    throw new EndpointCodeError(
      `Init hook ${textMember(first, 'name')} failed: ${errorText(first, this.config.project.root)}. ` +
        'Repair it, or start with --ignore-errors.',
    );
  }

  #report(what: string, failure: JsonObject): void {
    reportFailure(this.log, what, failure, this.config.project.root);
  }

  /** A database cannot unlearn functions, so those of a later start must be the same. */
  #accept(functions: readonly SqlFunction[]): void {
    if (this.#functions !== null && JSON.stringify(functions) !== JSON.stringify(this.#functions)) {
      this.log.write('warning', 'python', 'Plugin functions have changed; reload to use them');
      return;
    }
    this.#functions = functions;
  }
}

/** Logs one entry of a `failures` list; paths below the root are shown relative to it. */
export function reportFailure(log: Log, what: string, failure: JsonObject, root: string): void {
  log.write('error', 'python', `${what}: ${errorText(failure, root)}`);
}

function errorText(failure: JsonObject, root: string): string {
  return textMember(failure, 'error').replaceAll(`${root}/`, '');
}

/** A path as messages show it. */
export function rootRelative(root: string, path: string): string {
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
}

function configureMessage(
  { project, paths, userCode, logging }: AppConfig,
  sources: readonly string[],
): JsonObject {
  const { site, user } = userCode.documents.reveal();
  return {
    protocol: PROTOCOL,
    root: project.root,
    python_folder: paths.python,
    plugins_folder: userCode.plugins.length > 0 ? paths.plugins : null,
    site,
    user,
    secrets: userCode.secrets.reveal(),
    settings: userCode.siteDefaults,
    plugins: userCode.plugins.map(({ name, module, config }) => ({ name, module, config })),
    plugin_settings: userCode.pluginSettings.reveal(),
    profile: project.profile,
    debug: logging.includeStack,
    endpoint_files: sources,
  };
}
