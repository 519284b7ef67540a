import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { AppConfig, UserCodeConfig } from '../../src/common/domain/app-config.js';
import type { CallRequest } from '../../src/common/domain/call.js';
import type { Endpoint } from '../../src/common/domain/endpoint.js';
import type { JsonObject, JsonValue } from '../../src/common/domain/json.js';
import { effectiveLimits, type Limits } from '../../src/common/domain/limits.js';
import type { Output } from '../../src/common/domain/output.js';
import type { Database } from '../../src/common/ports/database.js';
import type { ExecutorRequest, Executors } from '../../src/common/ports/executor.js';
import { LocalExecutorFactory } from '../../src/modules/execution/local-executor-factory.js';
import { SystemClock } from '../../src/modules/telemetry/system-clock.js';
import { FixedEndpointRegistry } from '../fakes/fixed-endpoint-registry.js';
import { RecordingLog } from '../fakes/recording-log.js';
import { RecordingMetrics } from '../fakes/recording-metrics.js';
import { aCall } from './a-call.js';
import { aConfig } from './a-config.js';
import { anEndpoint } from './an-endpoint.js';

export interface PythonProjectParts {
  /** Texts by path below the project. */
  readonly files?: Readonly<Record<string, string>>;
  readonly userCode?: Partial<UserCodeConfig>;
  readonly config?: Partial<AppConfig>;
  readonly request?: Partial<ExecutorRequest>;
  /** Endpoints beside `kit`, which is always there. */
  readonly endpoints?: readonly Endpoint[];
}

/** The executors of a project in a temporary folder whose tools are the functions of `python/kit.py`. */
export class PythonProject {
  readonly log = new RecordingLog();
  readonly metrics = new RecordingMetrics();
  executors!: Executors;
  database!: Database;
  readonly #limits: Limits = { rows: 0, bytes: 0, timeoutMs: 60_000 };

  private constructor(readonly folder: string) {}

  /** @param kit text of `python/kit.py` */
  static async open(kit: string, parts: PythonProjectParts = {}): Promise<PythonProject> {
    const project = new PythonProject(await mkdtemp(join(tmpdir(), 'mxcp-python-')));
    try {
      for (const [path, text] of Object.entries({ 'python/kit.py': kit, ...parts.files })) {
        await mkdir(dirname(join(project.folder, path)), { recursive: true });
        await writeFile(join(project.folder, path), text);
      }
      await project.#open(parts);
      return project;
    } catch (error) {
      await rm(project.folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** The tool that calls a function of `kit.py`. */
  tool(name: string, overrides: Partial<Endpoint> = {}): Endpoint {
    return anEndpoint({
      id: name,
      name,
      language: 'python',
      source: { kind: 'file', path: join(this.folder, 'python/kit.py'), code: null },
      ...overrides,
    });
  }

  /** The outcome of a function of `kit.py`. */
  run(name: string, input: JsonObject = {}, call: Partial<CallRequest> = {}): Promise<Output> {
    return this.call(this.tool(name), input, aCall({ origin: 'cli', ...call }));
  }

  /** The outcome of an endpoint. */
  call(endpoint: Endpoint, input: JsonObject, request: CallRequest): Promise<Output> {
    const limits = effectiveLimits(endpoint.limits, this.#limits, request.origin);
    return this.executors.execute(endpoint, input, request, limits);
  }

  /** The value of a function of `kit.py`. */
  async value(name: string, input: JsonObject = {}, call: Partial<CallRequest> = {}): Promise<JsonValue> {
    const output = await this.run(name, input, call);
    if (output.kind !== 'value') throw new TypeError(`${name} gave no value but ${output.kind}`);
    return output.value;
  }

  async close(): Promise<void> {
    await this.executors.dispose();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #open({ config, userCode, request, endpoints = [] }: PythonProjectParts): Promise<void> {
    const base = aConfig();
    const at = (name: string): string => join(this.folder, name);
    const factory = new LocalExecutorFactory(this.log, this.metrics, new SystemClock(), 16);
    const opened = await factory.create({
      config: {
        ...base,
        project: { ...base.project, root: this.folder },
        paths: { ...base.paths, python: at('python'), plugins: at('plugins') },
        database: { ...base.database, path: at('data/db.duckdb'), root: this.folder },
        limits: this.#limits,
        ...config,
        userCode: { ...base.userCode, ...userCode },
      },
      endpoints: new FixedEndpointRegistry([this.tool('kit'), ...endpoints]),
      checkOnly: false,
      requireHooks: false,
      reload: null,
      ...request,
    });
    Object.assign(this, opened);
  }
}
