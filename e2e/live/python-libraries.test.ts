import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repository } from '../support/command.ts';
import { callTool } from '../support/rpc.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const python = process.env['MXCP_TEST_PYTHON'] ?? '';

/** What a program says to its end, which must be a good one without skipped tests. */
function report(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  expect(status, stdout + stderr).toBe(0);
  return stdout + stderr;
}

describe('with pandas, numpy, pydantic and the duckdb package, Python', () => {
  it('returns and takes their values', () => {
    const said = report(python, ['-B', '-m', 'unittest', 'test_libraries'], join(repository, 'python/tests'));

    expect(said).toMatch(/^OK$/m);
  });

  it('gets the values of db.execute in their types', () => {
    const vitest = join(repository, 'node_modules/vitest/vitest.mjs');
    const file = 'test/integration/execution/python/database-values.test.ts';

    expect(report(process.execPath, [vitest, 'run', '--no-color', file], repository)).not.toContain(
      'skipped',
    );
  });
});

const code = `import duckdb, pandas as pd
from mxcp.runtime import db

def seen():
    row = db.execute("""SELECT DATE '2024-01-31' AS day, TIMESTAMP '2024-01-31 03:04:05' AS at, [1, 2] AS list,
        INTERVAL '1 day' AS span, sum(1) AS total, 1.5::DECIMAL(4, 1) AS amount, NULL::DOUBLE AS nothing""")[0]
    return {name: type(value).__name__ for name, value in row.items()}

def frame():
    return pd.DataFrame(db.execute("SELECT range AS n, 'x' || range AS name FROM range(3)"))

def wrong():
    try:
        db.execute("SELECT nothing FROM nowhere")
    except duckdb.CatalogException as error:
        return "duckdb.CatalogException: " + str(error).split("\\n")[0]
`;

describe('a server whose Python has them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mxcp-libraries-'));
  let server: RunningServer;

  beforeAll(async () => {
    for (const name of ['tools', 'python']) mkdirSync(join(folder, name));
    const site = { mxcp: 1, project: 'libraries', profile: 'default', python: { interpreter: python } };
    writeFileSync(join(folder, 'mxcp-site.yml'), JSON.stringify(site));
    writeFileSync(join(folder, 'python', 'kit.py'), code);
    for (const name of ['seen', 'frame', 'wrong']) {
      const tool = { name, language: 'python', source: { file: '../python/kit.py' } };
      writeFileSync(join(folder, 'tools', `${name}.yml`), JSON.stringify({ mxcp: 1, tool }));
    }
    server = await startServer(folder);
  });

  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('sees the values of the database as their types', async () => {
    expect(await value('seen')).toEqual({
      day: 'Timestamp',
      at: 'Timestamp',
      list: 'ndarray',
      span: 'Timedelta',
      total: 'float',
      amount: 'float',
      nothing: 'float',
    });
  });

  it('answers with a data frame', async () => {
    expect(await value('frame')).toEqual([
      { n: 0, name: 'x0' },
      { n: 1, name: 'x1' },
      { n: 2, name: 'x2' },
    ]);
  });

  it('catches the exceptions of the database by their own classes', async () => {
    expect(await text('wrong')).toMatch(/^duckdb\.CatalogException: .*nowhere does not exist/);
  });

  async function text(name: string): Promise<string> {
    const { body } = await callTool(server.url, name, {});
    const [block] = (body.result?.['content'] ?? []) as { text: string }[];
    return block?.text ?? JSON.stringify(body);
  }

  async function value(name: string): Promise<unknown> {
    return JSON.parse(await text(name)) as unknown;
  }
});
