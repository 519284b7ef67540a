import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ReloadRequest } from '../../../../src/common/ports/reloader.js';
import { anEndpoint } from '../../../builders/an-endpoint.js';
import { aCall } from '../../../builders/a-call.js';
import { PythonProject } from '../../../builders/a-python-project.js';
import { FixedEndpointRegistry } from '../../../fakes/fixed-endpoint-registry.js';

const diary = `
import os
from mxcp.runtime import db, on_init, on_shutdown, reload_duckdb

def note(text):
    with open(os.path.join(os.path.dirname(__file__), '..', 'diary.txt'), 'a') as file:
        file.write(text + '\\n')

note('import')
db.execute('CREATE TABLE IF NOT EXISTS t AS SELECT 1 AS n')

@on_init
def first():
    note('init %d' % len(db.execute('FROM t')))

@on_shutdown
def last():
    note('shutdown %d' % len(db.execute('FROM t')))

def rows():
    return db.execute('SELECT n FROM t ORDER BY n')

def adds(n):
    db.execute('BEGIN')
    db.execute('INSERT INTO t VALUES ($n)', {'n': n})
    if n < 0:
        raise ValueError('forgotten transaction')
    db.execute('COMMIT')

def counts(n):
    return len(db.execute('SELECT * FROM range($n)', {'n': n}))

def slow():
    db.execute('SELECT count(*) FROM range(1000000000000) a, range(1000000) b')

def reloads():
    reload_duckdb(lambda: note('payload'), 'test')
    return 'asked'
`;

describe('the life of Python code', () => {
  let project: PythonProject;

  afterEach(() => project.close());

  const written = async () => (await readFile(join(project.folder, 'diary.txt'), 'utf8')).trim().split('\n');

  it('imports, runs hooks with the database, and stops before the database closes', async () => {
    project = await PythonProject.open(diary);

    expect(await project.value('rows')).toEqual([{ n: 1 }]);
    await project.executors.dispose();

    expect(await written()).toEqual(['import', 'init 1', 'shutdown 1']);
  });

  it('runs a payload after the stop hooks, in the same process, while the database is closed', async () => {
    const asked: ReloadRequest[] = [];
    project = await PythonProject.open(diary, { request: { reload: (request) => asked.push(request) } });
    expect(await project.value('reloads', {}, { origin: 'http' })).toBe('asked');

    await project.executors.dispose(asked[0]?.whileClosed ?? undefined);

    expect(await written()).toEqual(['import', 'init 1', 'shutdown 1', 'payload']);
  });

  it('repeats the whole start after a crash', async () => {
    project = await PythonProject.open(diary);
    const endpoint = project.tool('x', { source: { kind: 'inline', code: 'import os\nos._exit(1)' } });
    await project.call(endpoint, {}, aCall()).catch(() => undefined);

    expect(await project.value('rows')).toEqual([{ n: 1 }]);
    expect(await written()).toEqual(['import', 'init 1', 'import', 'init 1']);
  });

  it('runs SQL of one call in one session, and rolls back what it forgot', async () => {
    project = await PythonProject.open(diary);

    await project.value('adds', { n: 2 });
    await expect(project.value('adds', { n: -1 })).rejects.toThrow('forgotten transaction');

    expect(await project.value('rows')).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('reads large results of SQL', async () => {
    project = await PythonProject.open(diary);

    expect(await project.value('counts', { n: 300_000 })).toBe(300_000);
  }, 30_000);

  it('interrupts the SQL of a cancelled call', async () => {
    project = await PythonProject.open(diary);
    const caller = new AbortController();
    const call = project.value('slow', {}, { signal: caller.signal });
    setTimeout(() => {
      caller.abort();
    }, 200);

    await expect(call).rejects.toMatchObject({ code: 'EXECUTION_CANCELLED' });
    await expect.poll(() => project.database.pool().inUse).toBe(0);
  });

  it('goes on without a module that cannot be imported, and says where it failed', async () => {
    project = await PythonProject.open(diary, {
      files: { 'python/broken.py': 'import no_such_module', 'python/bad.py': 'def f(:\n' },
    });

    const messages = project.log.lines.map((line) => line.message);
    expect(messages).toContainEqual(
      expect.stringMatching(/^Failed to import python\/broken\.py: .*no_such_module/),
    );
    expect(messages).toContainEqual(expect.stringMatching(/^Failed to import python\/bad\.py/));
    expect(await project.value('rows')).toEqual([{ n: 1 }]);
  });

  it('imports only modules with hooks to check a project', async () => {
    const files = { 'python/plain.py': 'open(__file__ + ".imported", "w")' };
    project = await PythonProject.open(diary, { files, request: { checkOnly: true } });

    await expect(readFile(join(project.folder, 'python/plain.py.imported'))).rejects.toThrow('ENOENT');
    expect(await written()).toEqual(['import', 'init 1']);
  });

  it('checks that functions exist and take the parameters', async () => {
    project = await PythonProject.open(diary);

    expect(await project.executors.check(project.tool('rows'))).toEqual([]);
    expect(await project.executors.check(project.tool('nothing'))).toMatchObject([
      { file: 'tools/echo.yml', severity: 'warning', message: expect.stringContaining('python/kit.py') },
    ]);
  });
});

describe('projects with little or no Python', () => {
  const sql = anEndpoint();

  it('start no worker for SQL alone, whatever the interpreter is', async () => {
    const project = await PythonProject.open('', {
      userCode: { interpreter: './no-python' },
      request: { endpoints: registryOf(sql) },
    });

    await project.close();

    expect(project.log.lines).toEqual([]);
  });

  it('go on without hooks when there is no Python, with a warning', async () => {
    const project = await PythonProject.open('from mxcp.runtime import on_init', {
      userCode: { interpreter: './no-python' },
      request: { endpoints: registryOf(sql) },
    });

    await project.close();

    expect(project.log.lines).toMatchObject([
      { level: 'warning', message: expect.stringContaining('Hooks of the project do not run') },
    ]);
  });

  it('refuse to start when an endpoint needs Python and there is none', async () => {
    await expect(PythonProject.open('', { userCode: { interpreter: './no-python' } })).rejects.toMatchObject({
      code: 'ENDPOINT_INVALID',
      message: expect.stringContaining('No Python was found'),
    });
  });

  it('refuse to start when a plugin cannot be loaded, and leave nothing open', async () => {
    await expect(
      PythonProject.open('', {
        userCode: { plugins: [{ name: 'p', module: 'nothing_here', config: null }] },
      }),
    ).rejects.toMatchObject({
      code: 'ENDPOINT_INVALID',
      message: expect.stringMatching(
        /^Failed to create RuntimeEnvironment: Plugin 'p': Failed to import plugin module/,
      ),
    });
  });
});

function registryOf(endpoint: ReturnType<typeof anEndpoint>) {
  return new FixedEndpointRegistry([endpoint]);
}
