import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mxcp, projectCopy, repository } from '../support/command.ts';
import { startPostgres, type RunningPostgres } from '../support/postgres.ts';

const extensions = join(repository, '.cache', 'live', 'extensions');

/** Puts the extension files where DuckDB looks for installed ones. */
function installExtensions(home: string): void {
  const folder = join(home, '.duckdb', 'extensions', 'v1.5.5', 'linux_amd64');
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(extensions)) cpSync(join(extensions, file), join(folder, file));
}

const result = (text: string): unknown => (JSON.parse(text) as { result: unknown }).result;

describe('SQL on other systems', () => {
  let postgres: RunningPostgres;
  const project = projectCopy(join(repository, 'e2e', 'projects', 'external'));

  beforeAll(async () => {
    postgres = await startPostgres();
    postgres.sql(
      "CREATE TABLE stock (item text, pieces integer); INSERT INTO stock VALUES ('bolt', 12), ('nut', 7);",
    );
    installExtensions(project.folder);
  });

  afterAll(() => {
    postgres.stop();
    project.remove();
  });

  it('answers from a real PostgreSQL by a secret of the profile', async () => {
    const env = {
      MXCP_CONFIG: join(project.folder, 'config.yml'),
      PG_PORT: String(postgres.port),
      PG_PASSWORD: 'live-test',
      API_KEY: 'k',
    };

    const { code, stdout, stderr } = await mxcp(['run', 'tool', 'stock', '-p', 'item=bolt', '--json'], {
      cwd: project.folder,
      env,
    });

    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(result(stdout)).toEqual([{ item: 'bolt', pieces: 12 }]);
  });

  it('names the failure and not the password when PostgreSQL refuses it', async () => {
    const env = {
      MXCP_CONFIG: join(project.folder, 'config.yml'),
      PG_PORT: String(postgres.port),
      PG_PASSWORD: 'wrong-password-8812',
      API_KEY: 'k',
    };

    const { code, stdout, stderr } = await mxcp(['run', 'tool', 'stock', '-p', 'item=bolt', '--json'], {
      cwd: project.folder,
      env,
    });

    expect(code).toBe(1);
    expect(stdout).toContain('password authentication failed');
    expect(stdout + stderr).not.toContain('wrong-password-8812');
  });

  it('sends the headers of an http secret', async () => {
    const seen: IncomingHttpHeaders[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers);
      response.setHeader('content-type', 'text/csv');
      response.end('city,people\nBern,134000\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    writeFileSync(
      join(project.folder, 'sql', 'cities.sql'),
      `SELECT * FROM read_csv('http://127.0.0.1:${port}/cities.csv')`,
    );
    const env = {
      MXCP_CONFIG: join(project.folder, 'config.yml'),
      PG_PORT: '1',
      PG_PASSWORD: 'x',
      API_KEY: 'key-4471',
    };

    try {
      const { stdout } = await mxcp(['run', 'tool', 'cities', '--json'], { cwd: project.folder, env });

      expect(result(stdout)).toEqual([{ city: 'Bern', people: 134000 }]);
      expect(seen.at(-1)).toMatchObject({ 'x-api-key': 'key-4471' });
    } finally {
      server.close();
    }
  });
});
