import { join } from 'node:path';
import { afterAll, beforeEach, onTestFinished } from 'vitest';
import type { AppConfig } from '../../src/common/domain/app-config.js';
import type { CallRequest } from '../../src/common/domain/call.js';
import type { Endpoint } from '../../src/common/domain/endpoint.js';
import type { JsonObject, JsonValue } from '../../src/common/domain/json.js';
import { effectiveLimits, type Limits } from '../../src/common/domain/limits.js';
import type { Output } from '../../src/common/domain/output.js';
import type { Database } from '../../src/common/ports/database.js';
import { ExecutorSet } from '../../src/modules/execution/executor-set.js';
import { TypeScriptExecutor } from '../../src/modules/execution/typescript/typescript-executor.js';
import { FakeDatabase } from '../fakes/fake-database.js';
import { RecordingLog } from '../fakes/recording-log.js';
import { aCall } from './a-call.js';
import { aConfig } from './a-config.js';
import { aFolder } from './a-project-folder.js';
import { anEndpoint } from './an-endpoint.js';

export interface TypeScriptProjectParts {
  readonly files?: Readonly<Record<string, string>>;
  readonly userCode?: Partial<AppConfig['userCode']>;
  readonly database?: Database;
  readonly limits?: Partial<Limits>;
}

/** An executor of TypeScript over a folder of files; it ends with the test. */
export class TypeScriptProject {
  readonly log = new RecordingLog();
  readonly executors: ExecutorSet;
  readonly #limits: Limits;

  private constructor(
    readonly folder: string,
    parts: TypeScriptProjectParts,
  ) {
    const userCode = { ...aConfig().userCode, ...parts.userCode };
    const database = parts.database ?? new FakeDatabase();
    const executor = new TypeScriptExecutor({ root: folder, userCode }, database, this.log);
    this.#limits = { rows: 0, bytes: 0, timeoutMs: 20_000, ...parts.limits };
    this.executors = new ExecutorSet([executor]);
  }

  static async open(parts: TypeScriptProjectParts = {}): Promise<TypeScriptProject> {
    const project = new TypeScriptProject(await aFolder(parts.files), parts);
    onTestFinished(() => project.executors.dispose());
    return project;
  }

  /** One for all tests of a file, without a folder: for inline code. */
  static shared(): TypeScriptProject {
    const project = new TypeScriptProject('/project', {});
    beforeEach(() => {
      project.log.lines.length = 0;
    });
    afterAll(() => project.executors.dispose());
    return project;
  }

  /** The tool `name` in a file of the project. */
  tool(name: string, file: string, overrides: Partial<Endpoint> = {}): Endpoint {
    const source = { kind: 'file', path: join(this.folder, file), code: null } as const;
    return anEndpoint({
      id: name,
      name,
      file: `tools/${name}.yml`,
      language: 'typescript',
      source,
      ...overrides,
    });
  }

  run(endpoint: Endpoint, input: JsonObject = {}, call: Partial<CallRequest> = {}): Promise<Output> {
    const request = aCall({ target: endpoint.id, ...call });
    const limits = effectiveLimits(endpoint.limits, this.#limits, request.origin);
    return this.executors.execute(endpoint, input, request, limits);
  }

  /** The value that inline code, whose function is `f`, returns. */
  async value(
    code: string | Endpoint,
    input: JsonObject = {},
    call: Partial<CallRequest> = {},
  ): Promise<JsonValue> {
    return valueOf(await this.run(typeof code === 'string' ? inline(code) : code, input, call));
  }
}

let inlineCount = 0;

/** A tool of inline code, whose function is `f`. */
export function inline(code: string, overrides: Partial<Endpoint> = {}): Endpoint {
  // a project has one code for each name, so its module is loaded once
  const id = `inline_${(inlineCount += 1)}`;
  const source = { kind: 'inline', code } as const;
  return anEndpoint({ id, name: 'f', file: 'tools/f.yml', language: 'typescript', source, ...overrides });
}

export function valueOf(output: Output): JsonValue {
  if (output.kind !== 'value') throw new TypeError(`it answered ${output.kind}`);
  return output.value;
}
