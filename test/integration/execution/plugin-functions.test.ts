import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { principalFromContext } from '../../../src/common/domain/principal.js';
import type { SqlType } from '../../../src/common/domain/sql-value.js';
import { ExecutionFailedError, WorkerLostError } from '../../../src/common/errors/endpoint-errors.js';
import { NoSqlFunctions } from '../../../src/modules/execution/sql-functions.js';
import { aCall } from '../../builders/a-call.js';
import { anSqlEndpoint, SqlProject, type SqlProjectParts } from '../../builders/a-sql-project.js';
import { ScriptedFunctions, textFunction, type ScriptedFunction } from '../../fakes/scripted-functions.js';

const never = new AbortController().signal;
const userName = textFunction((_, request) => request?.principal.username ?? null);
const by = (username: string) =>
  aCall({ origin: 'cli', principal: principalFromContext({ username }, 'test', username) });

let project: SqlProject;
let functions: ScriptedFunctions;
afterEach(() => project.close());

async function opened(
  scripts: Readonly<Record<string, ScriptedFunction>>,
  parts: SqlProjectParts = {},
): Promise<SqlProject> {
  functions = new ScriptedFunctions(scripts);
  project = await SqlProject.open({ ...parts, functions });
  return project;
}

/** Longest time between two turns of the event loop while work runs. */
async function longestTurn(work: Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  await work;
  clearInterval(timer);
  return longest;
}

describe('a plugin function in SQL', () => {
  it('is called for every row of a table, in chunks and in order', async () => {
    await opened({ up_test: textFunction((value) => value && `${value}!`) });
    await project.query('CREATE TABLE t AS SELECT range AS i, range::VARCHAR AS s FROM range(100000)');

    expect(
      await project.run("SELECT count(*) FILTER (up_test(s) = s || '!') AS n, count(*) AS all FROM t"),
    ).toEqual([{ n: 100_000, all: 100_000 }]);
    expect(Math.max(...functions.calls.map(({ rowCount }) => rowCount))).toBeLessThanOrEqual(2048);
    expect(functions.calls.reduce((sum, { rowCount }) => sum + rowCount, 0)).toBe(100_000);
  });

  it('is evaluated once where its arguments are constant', async () => {
    await opened({ up_test: textFunction((value) => value && `${value}!`) });

    expect(await project.run("SELECT count(DISTINCT up_test('a')) AS n FROM range(10000)")).toEqual([
      { n: 1 },
    ]);
    expect(functions.calls).toMatchObject([{ name: 'up_test', rowCount: 1 }]);
  });

  it('gets NULLs, takes several parameters or none, and is found through views and macros', async () => {
    const int: SqlType = { name: 'INTEGER' };
    await opened({
      null_test: textFunction((value) => (value === null ? 'null' : value)),
      add_test: { parameters: [int, int], returns: int, run: ([a, b]) => Number(a) + Number(b) },
      pi_test: { parameters: [], returns: { name: 'DOUBLE' }, run: () => 3.14 },
    });
    await project.query('CREATE VIEW v AS SELECT null_test(NULL) AS x');
    await project.query('CREATE MACRO sum3(a, b, c) AS add_test(a, add_test(b, c))');

    expect(await project.run('SELECT x, sum3(1, 2, 3) AS s, pi_test() AS p FROM v')).toEqual([
      { x: 'null', s: 6, p: 3.14 },
    ]);
  });

  it('works on a read-only database, and in SQL of endpoint code', async () => {
    await opened(
      { up_test: textFunction((value) => value && `${value}!`) },
      { database: { readonly: true } },
    );
    const session = project.database.open(by('ann'));

    expect(await Array.fromAsync(session.rows('SELECT up_test($1) AS x', ['a'], never))).toEqual([
      [{ x: 'a!' }],
    ]);
    await session.close();
  });

  it('is not called by a check', async () => {
    await opened({ up_test: textFunction(() => 'called') });

    expect(await project.check("SELECT up_test('a'), up_test($x)", [])).toEqual([
      "error Parameter mismatch: missing={'x'}, extra=set()",
    ]);
    expect(await project.check("SELECT up_test('a') AS x")).toEqual([]);
    expect(functions.calls).toEqual([]);
  });
});

describe('a plugin function that fails', () => {
  it('fails the query with its own text, in the middle of a table too, and the next one works', async () => {
    await opened({
      pick_test: textFunction((value) => {
        if (value !== '7000') return value;
        throw new ExecutionFailedError(
          'Python exception occurred while executing the UDF: ValueError: not seven',
        );
      }),
    });
    const sql = 'SELECT pick_test(range::VARCHAR) AS s FROM range(10000)';

    await expect(project.run(sql)).rejects.toMatchObject({
      code: 'EXECUTION_FAILED',
      message:
        'Failed to execute SQL: Invalid Input Error: Python exception occurred while executing the UDF: ValueError: not seven',
    });
    expect(await project.run("SELECT pick_test('1') AS s")).toEqual([{ s: '1' }]);
  });

  it('is told apart when its process was lost', async () => {
    await opened({
      lost_test: textFunction(() => {
        throw new WorkerLostError('Python worker exited (code 1)');
      }),
    });

    await expect(project.run("SELECT lost_test('a')")).rejects.toMatchObject({
      code: 'WORKER_LOST',
      message: 'Python worker exited (code 1)',
    });
  });

  it('says nothing of a defect, which the log has', async () => {
    await opened({
      odd_test: textFunction(() => {
        throw new TypeError('secret');
      }),
    });

    await expect(project.run("SELECT odd_test('a')")).rejects.toThrow(
      'Invalid Input Error: The plugin function could not be called',
    );
    // DuckDB tries once while it prepares and once while it runs
    expect(new Set(project.log.lines.map(({ message }) => message))).toEqual(
      new Set(['A plugin function could not be called']),
    );
  });

  it('is told when it gives too few values', async () => {
    await opened({ few_test: textFunction((value) => value) });
    functions.call = () => Promise.resolve([]);

    await expect(project.run("SELECT few_test('a')")).rejects.toThrow("'few_test' gave 0 values for 1 rows");
  });
});

describe('the user of a plugin function', () => {
  it('is the caller on every thread of DuckDB', async () => {
    await opened({ who_test: userName });
    await project.query('CREATE TABLE t AS SELECT range::VARCHAR AS s FROM range(500000)');

    expect(await project.run('SELECT who_test(s) AS u, count(*) AS n FROM t GROUP BY 1', by('ann'))).toEqual([
      { u: 'ann', n: 500_000 },
    ]);
  });

  it('is never another caller, whatever is reused', async () => {
    await opened({ who_test: userName });
    await project.query("CREATE VIEW me AS SELECT system.main.who_test('x') AS u");
    for (const sql of ["SELECT who_test('x') AS u", 'FROM me', 'SELECT who_test(NULL) AS u']) {
      for (let run = 0; run < 3; run += 1) {
        expect(await project.run(sql, by('ann'))).toEqual([{ u: 'ann' }]);
        expect(await project.run(sql, by('bob'))).toEqual([{ u: 'bob' }]);
      }
    }
  });

  it('is each their own while two calls run', async () => {
    await opened({ who_test: userName });
    const sql = 'SELECT DISTINCT who_test(range::VARCHAR) AS u FROM range(20000)';
    const names = ['ann', 'bob', 'ann', 'bob', 'cid'];

    expect(await Promise.all(names.map((name) => project.run(sql, by(name))))).toEqual(
      names.map((u) => [{ u }]),
    );
  });

  it('is whoever a session belongs to, and nobody for the system', async () => {
    await opened({ who_test: userName });
    const sql = "SELECT who_test('x') AS u";
    for (const [request, u] of [
      [by('ann'), 'ann'],
      [null, null],
    ] as const) {
      const session = project.database.open(request);
      expect(await Array.fromAsync(session.rows(sql, [], never))).toEqual([[{ u }]]);
      await session.close();
    }
  });
});

describe('a plugin function that takes long', () => {
  it('does not hold up the event loop', async () => {
    await opened({
      slow_test: textFunction(async (value) => {
        await sleep(1000);
        return value;
      }),
    });
    await project.run('SELECT 1');

    expect(await longestTurn(project.run("SELECT slow_test('a')"))).toBeLessThan(50);
  });

  it('ends with its caller, its deadline, and the statement timeout', async () => {
    const asleep = textFunction(() => sleep(30_000, null, { ref: false }));
    await opened({ sleep_test: asleep }, { database: { statementTimeoutMs: 2000 } });
    const caller = new AbortController();
    const cancelled = project.run("SELECT sleep_test('a')", { signal: caller.signal });
    setTimeout(() => {
      caller.abort();
    }, 100);

    await expect(cancelled).rejects.toMatchObject({ code: 'EXECUTION_CANCELLED' });
    const limited = anSqlEndpoint("SELECT sleep_test('a')", [], {
      limits: { rows: null, bytes: null, timeoutMs: 200 },
    });
    await expect(project.rows(limited)).rejects.toMatchObject({ code: 'EXECUTION_TIMEOUT' });
    await expect(project.run("SELECT sleep_test('a')")).rejects.toMatchObject({
      code: 'EXECUTION_TIMEOUT',
      message: 'The call did not finish within 2000 ms and was stopped',
    });
    expect(await project.run('SELECT 1 AS a')).toEqual([{ a: 1 }]);
  }, 10_000);

  it('ends when the database closes', async () => {
    await opened({ sleep_test: textFunction(() => sleep(30_000, null, { ref: false })) });
    const call = project.run("SELECT sleep_test('a')").catch((error: unknown) => error);
    await sleep(200);
    const started = performance.now();

    await project.executors.dispose();

    expect(await call).toMatchObject({ code: 'EXECUTION_CANCELLED' });
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('lets another caller of the database give up meanwhile', async () => {
    await opened({ slow_test: textFunction((value) => sleep(1500, value)) });
    const slow = project.run("SELECT slow_test('a') AS x");
    await sleep(200);
    const other = new AbortController();
    const waiting = project.run('SELECT 1', { signal: other.signal });
    other.abort();
    const started = performance.now();

    await expect(waiting).rejects.toMatchObject({ code: 'EXECUTION_CANCELLED' });
    expect(performance.now() - started).toBeLessThan(1000);
    expect(await slow).toEqual([{ x: 'a' }]);
  });
});

describe('SQL from inside a plugin function', () => {
  it('is refused at once, because the database waits for the function', async () => {
    await opened({
      nested_test: textFunction(async (_, request) => {
        const session = project.database.open(request);
        const rows = await Array.fromAsync(session.rows('SELECT 1', [], never));
        await session.close();
        return String(rows.length);
      }),
    });

    await expect(project.run("SELECT nested_test('a')")).rejects.toThrow(
      'db.execute cannot be used inside a plugin function',
    );
    expect(await project.run('SELECT 1 AS a')).toEqual([{ a: 1 }]);
  });

  it('does not bar other calls, which wait', async () => {
    await opened({ slow_test: textFunction((value) => sleep(300, value)) });
    const slow = project.run("SELECT slow_test('a') AS x", by('ann'));
    await sleep(100);
    const session = project.database.open(by('bob'));

    expect(await Array.fromAsync(session.rows('SELECT 1 AS a', [], never))).toEqual([[{ a: 1 }]]);
    await Promise.all([slow, session.close()]);
  });
});

describe('a database with plugin functions', () => {
  const named = (name: string) => new ScriptedFunctions({ who_test: textFunction(() => name) });

  it('is shared by Runtimes with equal functions, each of which calls its own', async () => {
    const first = await SqlProject.open({ functions: named('first') });
    const { factory, folder } = first;
    project = await SqlProject.open({ factory, folder, functions: named('second') });
    const sql = "SELECT who_test('x') AS w";

    expect(await first.run(sql)).toEqual([{ w: 'first' }]);
    expect(await project.run(sql)).toEqual([{ w: 'second' }]);
    expect(await first.run(sql)).toEqual([{ w: 'first' }]);
    await first.close(true);
    expect(await project.run(sql)).toEqual([{ w: 'second' }]);
  });

  it('must be let go of before it opens with others, or without', async () => {
    project = await SqlProject.open({ functions: named('first') });
    const { factory, folder } = project;
    const held = { message: 'The database file is open with other plugin functions' };
    const other = new ScriptedFunctions({ other_test: textFunction(() => 'other') });

    await expect(SqlProject.open({ factory, folder, functions: other })).rejects.toMatchObject(held);
    await expect(SqlProject.open({ factory, folder, functions: new NoSqlFunctions() })).rejects.toMatchObject(
      held,
    );
    await project.close(true);

    project = await SqlProject.open({ factory, folder, functions: other });
    expect(await project.run("SELECT other_test('x') AS w")).toEqual([{ w: 'other' }]);
  });

  it('says why it cannot be opened', async () => {
    project = await SqlProject.open();
    const path = `${project.folder}/:memory:`;

    await expect(
      SqlProject.open({ folder: project.folder, database: { path }, functions: named('x') }),
    ).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      message: expect.stringContaining('In-memory databases'),
    });
  });

  it('gives its file back when the last holder leaves', async () => {
    const first = await SqlProject.open({ functions: named('x') });
    await first.query('CREATE TABLE t AS SELECT 1 AS a');
    await first.close(true);

    project = await SqlProject.open({ folder: first.folder, functions: new NoSqlFunctions() });
    expect(await project.run('FROM t')).toEqual([{ a: 1 }]);
  });
});
