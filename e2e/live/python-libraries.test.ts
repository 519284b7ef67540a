import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repository } from '../support/command.ts';
import { callTool } from '../support/rpc.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const python = join(repository, 'node_modules', '.cache', 'live', 'python', 'bin', 'python3');

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

describe('Python with pandas, numpy, pydantic and duckdb', () => {
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

  it('passes every test of the package that needs a library, and skips none', async () => {
    const cwd = join(repository, 'python', 'tests');
    const report = await new Promise<string>((resolve) => {
      execFile(python, ['-B', '-m', 'unittest', 'test_libraries'], { cwd }, (_error, _stdout, stderr) => {
        resolve(stderr);
      });
    });

    expect(report).toMatch(/^Ran [1-9]\d* tests[\s\S]*\nOK\n$/m);
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
