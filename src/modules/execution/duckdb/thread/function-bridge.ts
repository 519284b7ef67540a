import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import {
  DuckDBScalarFunction,
  type DuckDBDataChunk,
  type DuckDBScalarFunctionInfo,
  type DuckDBVector,
} from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import type { SqlFunction } from '../../sql-functions.js';
import type { PluginFunctions } from '../plugin-functions.js';
import type { SqlCaller } from '../sql-engine.js';
import type { CallerFacts } from '../user-functions.js';
import { duckDbTypeOf, duckDbValueOf } from '../values/function-values.js';
import { typedOf } from '../values/typed-values.js';
import type { FunctionAnswer, FunctionCall, ThreadStart } from './thread-messages.js';

/** The sleep is looked after this often, should a wake-up ever be missed. */
const LOOK_EVERY_MS = 1000;

/** What a bound function remembers: the connection of its statement. */
interface BindData {
  readonly connectionId: number;
}

/**
 * Plugin functions of a DuckDB that lives in this thread. DuckDB calls back synchronously, a chunk at a time: the
 * chunk goes to the main thread and this one sleeps until the values are there (python.md §9.5, option B).
 */
export class FunctionBridge implements PluginFunctions {
  readonly #byConnection = new Map<number, SqlCaller | 'pretending'>();
  readonly #questions = new WeakMap<SqlCaller, number>();
  readonly #calls: MessagePort;
  readonly #answered: Int32Array<SharedArrayBuffer>;
  #lastCall = 0;

  constructor(
    private readonly functions: readonly SqlFunction[],
    { calls, answered }: Pick<ThreadStart, 'calls' | 'answered'>,
  ) {
    this.#calls = calls;
    this.#answered = new Int32Array(answered);
  }

  /** Who asked a question, so that functions run in that name. */
  callerOf(question: number, facts: CallerFacts): SqlCaller {
    const caller = { facts, request: null };
    this.#questions.set(caller, question);
    return caller;
  }

  register(connection: duckdb.Connection): void {
    for (const definition of this.functions) {
      const native = this.nativeOf(definition);
      duckdb.register_scalar_function(connection, native.scalar_function);
      native.destroySync();
    }
  }

  enter(connection: duckdb.Connection, caller: SqlCaller): void {
    this.#byConnection.set(idOf(connection), caller);
  }

  pretend(connection: duckdb.Connection): void {
    this.#byConnection.set(idOf(connection), 'pretending');
  }

  leave(connection: duckdb.Connection): void {
    this.#byConnection.delete(idOf(connection));
  }

  /** Not volatile: a call with constant arguments runs once, while its statement is prepared (python.md §7.2). */
  private nativeOf(definition: SqlFunction): DuckDBScalarFunction {
    return DuckDBScalarFunction.create({
      name: definition.name,
      parameterTypes: definition.parameters.map(duckDbTypeOf),
      returnType: duckDbTypeOf(definition.returns),
      specialHandling: true,
      bindFunction: (info) => {
        const { connectionId } = info.clientContext;
        // also how a statement that reaches a function is told from one that may be kept prepared
        if (this.#byConnection.has(connectionId)) info.setBindData({ connectionId });
        else info.setError(`The plugin function '${definition.name}' cannot be used here`);
      },
      mainFunction: (info, input, output) => {
        try {
          this.run(definition, info, input, output);
        } catch (error) {
          info.setError(error instanceof Error ? error.message : String(error));
        }
      },
    });
  }

  private run(
    definition: SqlFunction,
    info: DuckDBScalarFunctionInfo,
    input: DuckDBDataChunk,
    output: DuckDBVector,
  ): void {
    const { rowCount } = input;
    const bound = info.getBindData();
    const caller = isBindData(bound) ? this.#byConnection.get(bound.connectionId) : undefined;
    const question = typeof caller === 'object' ? this.#questions.get(caller) : undefined;
    if (caller === 'pretending') {
      for (let row = 0; row < rowCount; row += 1) output.setItem(row, null);
      output.flush();
      return;
    }
    if (question === undefined) {
      info.setError(`The plugin function '${definition.name}' was called outside of a call`);
      return;
    }
    const answer = this.answerTo({
      id: (this.#lastCall += 1),
      question,
      name: definition.name,
      columns: definition.parameters.map((type, index) => {
        const vector = input.getColumnVector(index);
        return Array.from({ length: rowCount }, (_, row) => typedOf(vector.getItem(row), type));
      }),
      rowCount,
    });
    if ('failure' in answer) {
      info.setError(answer.failure);
      return;
    }
    const { returns } = definition;
    for (let row = 0; row < rowCount; row += 1) {
      output.setItem(row, duckDbValueOf(answer.values[row] ?? null, returns));
    }
    output.flush();
  }

  /** Sleeps until the main thread has answered; it always does, also when the call is cancelled meanwhile. */
  private answerTo(call: FunctionCall): FunctionAnswer {
    this.#calls.postMessage(call);
    for (;;) {
      const seen = Atomics.load(this.#answered, 0);
      const answer = this.received(call.id);
      if (answer !== null) return answer;
      Atomics.wait(this.#answered, 0, seen, LOOK_EVERY_MS);
    }
  }

  private received(id: number): FunctionAnswer | null {
    for (
      let got = receiveMessageOnPort(this.#calls);
      got !== undefined;
      got = receiveMessageOnPort(this.#calls)
    ) {
      const answer = got.message as FunctionAnswer;
      if (answer.id === id) return answer;
    }
    return null;
  }
}

function idOf(connection: duckdb.Connection): number {
  return duckdb.client_context_get_connection_id(duckdb.connection_get_client_context(connection));
}

function isBindData(data: object | undefined): data is BindData {
  return data !== undefined && 'connectionId' in data;
}
