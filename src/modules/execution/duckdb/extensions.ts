import duckdb from '@duckdb/node-bindings';
import type { DatabaseConfig } from '../../../common/domain/app-config.js';
import { reasonOf, unavailable } from './database-file.js';
import { quotedName } from './sql-text.js';

type Extension = DatabaseConfig['extensions'][number];

/**
 * Loads the extensions in order; one that is not on this machine is installed first (configuration.md §8.2).
 * @throws DatabaseUnavailableError naming the extension
 */
export async function loadExtensions(
  connection: duckdb.Connection,
  extensions: readonly Extension[],
): Promise<void> {
  for (const { name, repo } of extensions) {
    if (await isLoadable(connection, name)) continue;
    const from = repo === null ? '' : ` FROM ${repo}`;
    try {
      await duckdb.query(connection, `INSTALL ${quotedName(name)}${from}`);
      await duckdb.query(connection, `LOAD ${quotedName(name)}`);
    } catch (error) {
      throw unavailable(`Extension '${name}' cannot be loaded: ${reasonOf(error)}`, error);
    }
  }
}

async function isLoadable(connection: duckdb.Connection, name: string): Promise<boolean> {
  try {
    await duckdb.query(connection, `LOAD ${quotedName(name)}`);
    return true;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}
