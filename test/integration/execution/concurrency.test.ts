import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { anSqlEndpoint, SqlProject, type SqlProjectParts } from '../../builders/a-sql-project.js';

let project: SqlProject;
afterEach(() => project.close());

const endless = 'SELECT count(*) AS n FROM range(1000000) a, range(1000000) b';
const noLimits = { rows: null, bytes: null, timeoutMs: null };
const pool = (size: number, maxOverflow: number, acquireTimeoutMs: number) => ({
  pool: { size, maxOverflow, acquireTimeoutMs, maxAgeS: 3600, prePing: true },
});

async function opened(parts: SqlProjectParts = {}): Promise<SqlProject> {
  project = await SqlProject.open(parts);
  return project;
}

describe('a call that takes too long', () => {
  it('is interrupted at its deadline, and the connection works on', async () => {
    await opened({ database: pool(1, 0, 1000) });
    const started = performance.now();

    await expect(
      project.rows(anSqlEndpoint(endless, [], { limits: { ...noLimits, timeoutMs: 100 } })),
    ).rejects.toMatchObject({
      code: 'EXECUTION_TIMEOUT',
      message: 'The call did not finish within 100 ms and was stopped',
    });

    expect(performance.now() - started).toBeLessThan(1000);
    expect(await project.run('SELECT 1 AS ok')).toEqual([{ ok: 1 }]);
  });

  it('is interrupted at duckdb.statement_timeout_ms', async () => {
    await opened({ database: { statementTimeoutMs: 100 } });

    await expect(project.run(endless)).rejects.toMatchObject({
      code: 'EXECUTION_TIMEOUT',
      message: 'The call did not finish within 100 ms and was stopped',
    });
  });

  it('is cancelled with its caller, between the rows of a large result too', async () => {
    await opened();
    for (const sql of [endless, 'SELECT * FROM range(1000000000)']) {
      const caller = new AbortController();
      const call = project.run(sql, { signal: caller.signal });
      setTimeout(() => {
        caller.abort();
      }, 50);

      await expect(call).rejects.toMatchObject({ code: 'EXECUTION_CANCELLED' });
    }
    expect(await project.run('SELECT 1 AS ok')).toEqual([{ ok: 1 }]);
  });

  it('does not start for a caller who is gone', async () => {
    await opened();

    await expect(
      project.run('CREATE TABLE t (i INTEGER)', { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'EXECUTION_CANCELLED' });
    await expect(project.run('FROM t')).rejects.toThrow('does not exist');
  });

  it('is interrupted when the Runtime is disposed', async () => {
    await opened();
    const call = project.run(endless).catch((error: unknown) => error);
    await sleep(50);

    await project.executors.dispose();

    expect(await call).toMatchObject({ code: 'EXECUTION_CANCELLED' });
    await expect(project.run('SELECT 1')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

describe('waiting for a connection', () => {
  it('ends with a message when none becomes free', async () => {
    await opened({ database: pool(1, 0, 500) });
    const caller = new AbortController();
    const busy = project.run(endless, { signal: caller.signal }).catch(() => undefined);
    await vi.waitFor(() => {
      expect(project.database.pool()).toEqual({ idle: 0, inUse: 1, waiting: 0 });
    });
    const waiting = project.run('SELECT 1');
    await vi.waitFor(() => {
      expect(project.database.pool().waiting).toBe(1);
    });
    await expect(waiting).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: 'No database connection became free within 500 ms; try again, or raise duckdb.pool.size',
    });

    caller.abort();
    await busy;
    expect(project.database.pool()).toEqual({ idle: 1, inUse: 0, waiting: 0 });
  });

  it('ends with its caller', async () => {
    await opened({ database: pool(1, 0, 5000) });
    const [first, second] = [new AbortController(), new AbortController()];
    const busy = project.run(endless, { signal: first.signal }).catch(() => undefined);
    const waiting = project.run('SELECT 1', { signal: second.signal });
    second.abort();

    await expect(waiting).rejects.toMatchObject({ code: 'EXECUTION_CANCELLED' });
    first.abort();
    await busy;
  });

  it('is not needed while the pool may grow beyond its size', async () => {
    await opened({ database: pool(1, 2, 5000) });

    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => project.run(`SELECT ${n} AS n`)));

    expect(answers).toEqual([1, 2, 3, 4, 5, 6].map((n) => [{ n }]));
    expect(project.database.pool()).toEqual({ idle: 1, inUse: 0, waiting: 0 });
  });

  it('is measured, and so is every run', async () => {
    await opened();
    await project.run('SELECT 1');
    await expect(project.run('SELECT nothing')).rejects.toThrow();

    expect(project.metrics.poolWaits).toBe(2);
    expect(project.metrics.statements).toEqual(['success', 'error']);
  });

  it('does not hold up a ping', async () => {
    await opened({ database: pool(1, 0, 5000) });
    const caller = new AbortController();
    const busy = project.run(endless, { signal: caller.signal }).catch(() => undefined);
    await sleep(30);

    await project.database.ping();

    caller.abort();
    await busy;
  });
});

describe('slow sources', () => {
  it('leave room for quick ones once they are known', async () => {
    await opened({ threadCount: 5, database: pool(10, 0, 5000) });
    const slow = anSqlEndpoint(endless);
    const caller = new AbortController();
    const run = () => project.rows(slow, {}, { signal: caller.signal }).catch(() => undefined);
    const calls = [run()];
    await vi.waitFor(() => {
      expect(project.database.pool().inUse).toBe(1);
    });
    await sleep(1500);
    calls.push(run(), run(), run());

    const started = performance.now();
    expect(await project.run('SELECT 1 AS ok')).toEqual([{ ok: 1 }]);
    expect(performance.now() - started).toBeLessThan(3000);

    caller.abort();
    await Promise.all(calls);
  });
});

describe('a database that DuckDB gives up', () => {
  // this statement is one that DuckDB 1.5 does not survive
  const deadly = (text: string) =>
    project.query('SELECT typeof($x), $x::VARCHAR', { x: text }, { origin: 'http' });

  it('is opened anew: one call fails, the next ones work', async () => {
    await opened();
    await project.run('CREATE TABLE t AS SELECT 1 AS a');

    const failure = await deadly('a').catch((error: unknown) => error);

    expect(failure).toMatchObject({ code: 'EXECUTION_FAILED' });
    expect(String(failure)).not.toMatch(/Stack Trace|\.so/);
    expect(await project.run('SELECT a, get_username() AS u FROM t')).toEqual([{ a: 1, u: null }]);
    await deadly('a').catch(() => undefined);
    expect(await project.run('INSERT INTO t VALUES (2)')).toEqual([{ Count: 1 }]);
    await project.database.ping();
    expect(project.log.lines.map(({ level }) => level)).toEqual(['critical', 'critical']);
  });

  it('lets go of statements that were running', async () => {
    await opened();
    const running = [project.run(endless), project.run(endless)].map((call) =>
      call.catch((error: unknown) => error),
    );
    await sleep(50);

    await deadly('a').catch(() => undefined);

    expect(await project.run('SELECT 1 AS ok')).toEqual([{ ok: 1 }]);
    for (const call of running) {
      expect(await call).toMatchObject({
        code: expect.stringMatching(/^EXECUTION_(FAILED|CANCELLED)$/) as string,
      });
    }
  });
});

describe('the database as others see it', () => {
  it('describes tables and views of main', async () => {
    await opened();
    await project.query('CREATE TABLE b (id INTEGER NOT NULL, name VARCHAR)');
    await project.query('CREATE VIEW a AS SELECT 1.5::DECIMAL(4,1) AS price');
    await project.query('CREATE SCHEMA other; CREATE TABLE other.t (i INTEGER)');

    expect(await project.database.describe()).toEqual([
      { schema: 'main', name: 'a', columns: [{ name: 'price', type: 'DECIMAL(4,1)', nullable: true }] },
      {
        schema: 'main',
        name: 'b',
        columns: [
          { name: 'id', type: 'INTEGER', nullable: false },
          { name: 'name', type: 'VARCHAR', nullable: true },
        ],
      },
    ]);
  });
});
