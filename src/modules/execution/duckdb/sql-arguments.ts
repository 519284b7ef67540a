import type { JsonObject, JsonValue } from '../../../common/domain/json.js';
import type { Parameter, TypeNode } from '../../../common/domain/type-node.js';
import { ExecutionFailedError } from '../../../common/errors/endpoint-errors.js';
import type { PreparedStatement } from './prepared-statement.js';
import { bindArgument } from './values/native-value.js';

interface Argument {
  readonly name: string;
  readonly value: JsonValue;
  readonly node: TypeNode | undefined;
}

/** What every failure of a statement begins with (endpoints.md §3.3). */
const FAILED = 'Failed to execute SQL: ';

/** The `$name` values of one call; names match in any case, as they do in DuckDB. */
export class SqlArguments {
  readonly #byName: ReadonlyMap<string, Argument>;

  /** @param parameters declarations by which values are bound; the rest is bound by what it is */
  constructor(values: JsonObject, parameters: readonly Parameter[]) {
    const nodes = new Map(parameters.map((parameter) => [parameter.name, parameter]));
    this.#byName = new Map(
      Object.entries(values).map(([name, value]) => [
        name.toLowerCase(),
        { name, value, node: nodes.get(name) },
      ]),
    );
  }

  /**
   * Binds a statement's own parameters.
   * @throws ExecutionFailedError naming those that have no value
   */
  bind(statement: PreparedStatement): void {
    const missing: string[] = [];
    for (const [index, name] of statement.names.entries()) {
      const argument = this.#byName.get(name.toLowerCase());
      if (argument === undefined) missing.push(name);
      else bindArgument(statement.native, index + 1, argument.value, argument.node);
    }
    if (missing.length === 0) return;
    throw sqlFailure(
      'Invalid Input Error: Values were not provided for the following prepared statement parameters: ' +
        missing.join(', '),
    );
  }

  /**
   * Makes sure that every value has a place.
   * @param names of all parameters of the source
   * @throws ExecutionFailedError naming those that have none
   */
  refuseExcess(names: readonly string[]): void {
    const used = new Set(names.map((name) => name.toLowerCase()));
    const excess = [...this.#byName].filter(([key]) => !used.has(key)).map(([, { name }]) => name);
    if (excess.length === 0) return;
    throw sqlFailure(
      'Invalid Input Error: Parameter argument/count mismatch, identifiers of the excess parameters: ' +
        excess.join(', '),
    );
  }
}

/** @param reason in DuckDB's words */
export function sqlFailure(reason: string, cause?: unknown): ExecutionFailedError {
  return new ExecutionFailedError(FAILED + reason, cause);
}
