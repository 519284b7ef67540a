import type { SqlValue, SqlValues } from '../../../common/domain/sql-value.js';
import type { PreparedStatement } from './prepared-statement.js';
import { bindSqlValue } from './values/native-value.js';

interface Argument {
  readonly name: string;
  readonly value: SqlValue;
}

/** The values of one call's parameters; names match in any case, as they do in DuckDB. */
export class SqlArguments {
  readonly #byName: ReadonlyMap<string, Argument>;

  /** @param values by name, or by position from 1 */
  constructor(values: SqlValues) {
    const entries: readonly (readonly [string, SqlValue])[] = isList(values)
      ? values.map((value, index) => [String(index + 1), value])
      : Object.entries(values);
    this.#byName = new Map(entries.map(([name, value]) => [name.toLowerCase(), { name, value }]));
  }

  /**
   * Binds a statement's own parameters.
   * @throws RangeError in DuckDB's words, naming those that have no value
   */
  bind(statement: PreparedStatement): void {
    const missing: string[] = [];
    for (const [index, name] of statement.names.entries()) {
      const argument = this.#byName.get(name.toLowerCase());
      if (argument === undefined) missing.push(name);
      else bindSqlValue(statement.native, index + 1, argument.value);
    }
    if (missing.length === 0) return;
    throw new RangeError(
      'Invalid Input Error: Values were not provided for the following prepared statement parameters: ' +
        missing.join(', '),
    );
  }

  /**
   * Makes sure that every value has a place.
   * @param names of all parameters of the source
   * @throws RangeError in DuckDB's words, naming those that have none
   */
  refuseExcess(names: readonly string[]): void {
    const used = new Set(names.map((name) => name.toLowerCase()));
    const excess = [...this.#byName].filter(([key]) => !used.has(key)).map(([, { name }]) => name);
    if (excess.length === 0) return;
    throw new RangeError(
      'Invalid Input Error: Parameter argument/count mismatch, identifiers of the excess parameters: ' +
        excess.join(', '),
    );
  }
}

function isList(values: SqlValues): values is readonly SqlValue[] {
  return Array.isArray(values);
}
