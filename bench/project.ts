import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Rows of the table that point queries look into. */
export const POINTS = 1_000_000;

/** Writes the project that the benchmark serves: an echo tool, a point query and 48 fillers. */
export function writeProject(folder: string, mxcp: readonly string[]): string {
  mkdirSync(join(folder, 'tools'), { recursive: true });
  writeFileSync(join(folder, 'mxcp-site.yml'), 'mxcp: 1\nproject: bench\nprofile: default\n');
  writeTool(folder, 'echo', [{ name: 'message', type: 'string' }], { type: 'string' }, 'SELECT $message');
  writeTool(
    folder,
    'point',
    [{ name: 'id', type: 'integer' }],
    { type: 'object' },
    'SELECT id, name, amount FROM points WHERE id = $id',
  );
  for (let index = 0; index < 48; index += 1) {
    const parameters = [
      { name: 'city', type: 'string', description: 'Name of the city', maxLength: 40 },
      { name: 'top', type: 'integer', description: 'How many', default: 10, minimum: 1, maximum: 100 },
    ];
    writeTool(folder, `filler_${index}`, parameters, { type: 'array' }, 'SELECT $city AS city, $top AS top');
  }
  const sql =
    `CREATE TABLE points AS SELECT range::INTEGER AS id, 'point ' || range AS name, range % 1000 / 7.0 AS amount FROM range(${POINTS}); ` +
    'CREATE UNIQUE INDEX points_id ON points (id)';
  const [command = '', ...args] = mxcp;
  execFileSync(command, [...args, 'query', sql], { cwd: folder, stdio: 'ignore' });
  return join(folder, 'data', 'db-default.duckdb');
}

function writeTool(folder: string, name: string, parameters: unknown, returns: unknown, code: string): void {
  const tool = { name, description: `The tool ${name}`, parameters, return: returns, source: { code } };
  writeFileSync(join(folder, 'tools', `${name}.yml`), JSON.stringify({ mxcp: 1, tool }, null, 2));
}
