import duckdb from '@duckdb/node-bindings';
import type { DatabaseSecret } from '../../../common/domain/app-config.js';
import { isJsonArray, isJsonObject, type JsonValue } from '../../../common/domain/json.js';
import { toJsonText } from '../../../common/domain/json-text.js';
import type { Log } from '../../../common/ports/log.js';
import { textColumn } from './text-column.js';
import { quotedName, quotedText } from './sql-text.js';

/** Keeps the DuckDB secrets of one database instance as the configuration has them (configuration.md §7.1). */
export class DatabaseSecrets {
  #names: readonly string[] = [];

  constructor(private readonly log: Pick<Log, 'write'>) {}

  /**
   * Creates or replaces every secret that has parameters, and drops those that are gone. One that DuckDB
   * rejects stays readable from code; it is logged by name only, because DuckDB's words may hold values.
   */
  async apply(connection: duckdb.Connection, secrets: readonly DatabaseSecret[]): Promise<void> {
    const wanted = secrets.filter((secret) => Object.keys(secret.parameters.reveal()).length > 0);
    const names = wanted.map((secret) => secret.name);
    for (const gone of this.#names.filter((name) => !names.includes(name))) {
      await duckdb.query(connection, `DROP TEMPORARY SECRET IF EXISTS ${quotedName(gone)}`);
    }
    this.#names = names;
    if (wanted.length === 0) return;
    const known = await textColumn(connection, 'SELECT lower(type) FROM duckdb_secret_types()');
    for (const secret of wanted) await this.create(connection, secret, known);
  }

  private async create(
    connection: duckdb.Connection,
    secret: DatabaseSecret,
    knownTypes: readonly string[],
  ): Promise<void> {
    try {
      await duckdb.query(connection, statementOf(secret));
    } catch (error) {
      const fields = { secret: secret.name, type: secret.type };
      const needed = /it exists in the (\w+) extension/.exec(
        error instanceof Error ? error.message : '',
      )?.[1];
      if (needed !== undefined) {
        const text = `Secret not created in DuckDB: its type needs the extension '${needed}'`;
        this.log.write('warning', 'duckdb', text, fields);
      } else if (knownTypes.includes(secret.type.toLowerCase())) {
        this.log.write('warning', 'duckdb', 'Secret rejected by DuckDB: check its parameters', fields);
      } else {
        this.log.write('debug', 'duckdb', 'Secret has a type that DuckDB does not know', fields);
      }
    }
  }
}

function statementOf(secret: DatabaseSecret): string {
  const options = Object.entries(secret.parameters.reveal())
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${quotedName(key)} ${literalOf(value)}`);
  const clauses = [`TYPE ${quotedName(secret.type)}`, ...options].join(', ');
  return `CREATE OR REPLACE TEMPORARY SECRET ${quotedName(secret.name)} (${clauses})`;
}

function literalOf(value: JsonValue): string {
  if (isJsonArray(value)) return `[${value.map(literalOf).join(', ')}]`;
  if (!isJsonObject(value)) return quotedText(scalarText(value));
  const entries = Object.entries(value).map(
    ([key, item]) => `${quotedText(key)}: ${quotedText(scalarText(item))}`,
  );
  return `MAP {${entries.join(', ')}}`;
}

/** As the reference writes it: `True`, numbers as they are. */
function scalarText(value: JsonValue): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'string' ? value : toJsonText(value);
}
