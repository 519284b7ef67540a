import { isDeepStrictEqual } from 'node:util';
import { valueOutput } from '../../src/common/domain/output.js';
import type { AppConfig } from '../../src/common/domain/app-config.js';
import { DatabaseHeldError } from '../../src/common/errors/server-errors.js';
import type { ExecutorFactory, ExecutorRequest, Executors } from '../../src/common/ports/executor.js';
import { FixedRuntime } from './fixed-runtime.js';

type Opened = Awaited<ReturnType<ExecutorFactory['create']>>;

/** Executors that do nothing, over one pretended database file, and a diary of their beginnings and ends. */
export class FakeExecutorFactory implements ExecutorFactory {
  readonly diary: string[] = [];
  readonly requests: ExecutorRequest[] = [];
  /** Looks at each request first; what it throws is the failure to open. */
  admit: (request: ExecutorRequest) => void | Promise<void> = () => undefined;
  readonly #open = new Map<number, AppConfig['database']>();

  /** Numbers of what is open. */
  get open(): readonly number[] {
    return [...this.#open.keys()];
  }

  async create(request: ExecutorRequest): Promise<Opened> {
    const { database } = request.config;
    for (const held of this.#open.values()) {
      if (held.path === database.path && !isDeepStrictEqual(held, database)) {
        throw new DatabaseHeldError('The database file is open with other options');
      }
    }
    await this.admit(request);
    const number = this.requests.push(request);
    this.#open.set(number, database);
    this.diary.push(`open ${number}`);
    return { executors: this.#executors(number), database: new FixedRuntime().runtime.database };
  }

  #executors(number: number): Executors {
    return {
      check: () => Promise.resolve([]),
      execute: () => Promise.resolve(valueOutput(number)),
      canRun: () => true,
      dispose: async (whileClosed) => {
        this.#open.delete(number);
        this.diary.push(`close ${number}`);
        await whileClosed?.();
        this.diary.push(`end ${number}`);
      },
    };
  }
}
