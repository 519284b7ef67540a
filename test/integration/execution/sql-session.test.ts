import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/common/domain/json.js';
import { principalFromContext } from '../../../src/common/domain/principal.js';
import type { SqlValues } from '../../../src/common/domain/sql-value.js';
import type { DatabaseSession } from '../../../src/common/ports/database.js';
import { aCall } from '../../builders/a-call.js';
import { SqlProject } from '../../builders/a-sql-project.js';

const never = new AbortController().signal;
const endless = 'SELECT count(*) AS n FROM range(1000000) a, range(1000000) b';

let project: SqlProject;
let session: DatabaseSession;
beforeEach(async () => {
  project = await SqlProject.open({
    database: { pool: { size: 2, maxOverflow: 1, acquireTimeoutMs: 5000, maxAgeS: 3600, prePing: true } },
  });
  session = project.database.open(aCall());
});
afterEach(async () => {
  await session.close();
  await project.close();
});

async function rows(sql: string, values: SqlValues = [], on = session): Promise<readonly JsonObject[]> {
  return (await Array.fromAsync(on.rows(sql, values, never))).flat();
}

describe('rows of a session', () => {
  it('are what SQL endpoints answer', async () => {
    expect(await rows("SELECT 1 AS a, DATE '2024-01-31' AS d, 2 AS a")).toEqual([
      { a: 1, d: '2024-01-31', a_1: 2 },
    ]);
    expect(await rows('CREATE TABLE t (i INTEGER)')).toEqual([]);
    expect(await rows('INSERT INTO t VALUES (1), (2)')).toEqual([{ Count: 2 }]);
    expect(await rows('UPDATE t SET i = 3 WHERE i = 1; SELECT i FROM t ORDER BY i')).toEqual([
      { i: 2 },
      { i: 3 },
    ]);
  });

  it('come in pieces, however many they are', async () => {
    const sizes = await Array.fromAsync(
      session.rows('SELECT * FROM range(100000)', [], never),
      (piece) => piece.length,
    );

    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(100_000);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2048);
  });

  it('are not capped as answers to clients are', async () => {
    expect(await rows('SELECT * FROM range(10001)')).toHaveLength(10_001);
  });

  it('leave the event loop to others', async () => {
    let longest = 0;
    const began = performance.now();
    let last = began;
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 1);
    for await (const piece of session.rows(
      'SELECT range AS a, range::VARCHAR AS b FROM range(300000)',
      [],
      never,
    )) {
      expect(piece.length).toBeGreaterThan(0);
    }
    clearInterval(timer);

    expect(longest).toBeLessThan(Math.max(100, (performance.now() - began) / 4));
  });

  it('follow the zone that the session set', async () => {
    await rows("SET TimeZone = 'Asia/Kolkata'");

    expect(await rows("SELECT TIMESTAMPTZ '2024-01-01T00:00:00+00:00' AS t")).toEqual([
      { t: '2024-01-01T05:30:00+05:30' },
    ]);
  });

  it('may be read after the connection went to somebody else', async () => {
    const reading = session.rows('SELECT range AS i FROM range(5000)', [], never)[Symbol.asyncIterator]();
    await reading.next();

    expect(project.database.pool()).toEqual({ idle: 2, inUse: 0, waiting: 0 });
    await project.run('CREATE TABLE other (i INTEGER)');
    expect((await reading.next()).value).toHaveLength(2048);
  });
});

describe('an error of a session', () => {
  it("is DuckDB's own text", async () => {
    await expect(rows('SELECT * FROM nothing')).rejects.toMatchObject({
      code: 'EXECUTION_FAILED',
      message: expect.stringMatching(/^Catalog Error: Table with name nothing does not exist!/),
    });
    await expect(rows('SELEC')).rejects.toThrow(/^Parser Error: syntax error/);
    await expect(rows(' -- nothing')).rejects.toThrow(/^No SQL query found$/);
  });

  it('undoes all of several statements, and the session works on', async () => {
    await project.run('CREATE TABLE t (i INTEGER)');

    await expect(rows('INSERT INTO t VALUES (1); SELECT * FROM nothing')).rejects.toThrow();

    expect(await rows('SELECT count(*) AS n FROM t')).toEqual([{ n: 0 }]);
  });
});

describe("a session's connection", () => {
  it('goes back after each statement that left nothing behind', async () => {
    await rows('SELECT 1');

    expect(project.database.pool()).toEqual({ idle: 2, inUse: 0, waiting: 0 });
  });

  it('stays for a transaction until the session ends, and an open one is rolled back', async () => {
    await project.run('CREATE TABLE t (i INTEGER)');
    await rows('BEGIN');
    await rows('INSERT INTO t VALUES (1)');

    expect(await rows('SELECT count(*) AS n FROM t')).toEqual([{ n: 1 }]);
    expect(await project.run('SELECT count(*) AS n FROM t')).toEqual([{ n: 0 }]);
    expect(project.database.pool().inUse).toBe(1);
    await session.close();

    expect(project.database.pool().inUse).toBe(0);
    expect(await project.run('SELECT count(*) AS n FROM t')).toEqual([{ n: 0 }]);
  });

  it('commits over several calls', async () => {
    await rows('CREATE TABLE t (i INTEGER)');
    await rows('BEGIN');
    await rows('INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)');
    await rows('COMMIT');

    expect(await project.run('SELECT count(*) AS n FROM t')).toEqual([{ n: 2 }]);
  });

  it('keeps temporary tables for the session only', async () => {
    await project.run('CREATE TABLE t AS SELECT 1 AS i');
    for (let run = 0; run < 3; run += 1) expect(await rows('FROM t')).toEqual([{ i: 1 }]);
    await rows('CREATE TEMP TABLE t AS SELECT 2 AS i');

    expect(await rows('FROM t')).toEqual([{ i: 2 }]);
    await session.close();
    expect(await rows('FROM t', [], project.database.open(null))).toEqual([{ i: 1 }]);
  });

  it('is not held by many sessions that wait', async () => {
    const sessions = Array.from({ length: 50 }, () => project.database.open(null));
    const answers = await Promise.all(sessions.map((each, n) => rows('SELECT $n AS n', { n }, each)));

    expect(answers).toEqual(sessions.map((_, n) => [{ n }]));
    expect(project.database.pool()).toEqual({ idle: 2, inUse: 0, waiting: 0 });
    await Promise.all(sessions.map((each) => each.close()));
  });

  it('lets sessions that keep one go on while others wait for one', async () => {
    const keepers = Array.from({ length: 3 }, () => project.database.open(null));
    for (const keeper of keepers) await rows('BEGIN', [], keeper);
    const waiting = Array.from({ length: 20 }, () => project.run('SELECT 1'));
    const outcomes = Promise.allSettled(waiting);

    for (const keeper of keepers) expect(await rows('SELECT 1 AS a', [], keeper)).toEqual([{ a: 1 }]);
    await Promise.all(keepers.map((keeper) => keeper.close()));
    expect((await outcomes).every(({ status }) => status === 'fulfilled')).toBe(true);
  });

  it('is given up when the database closes, whoever keeps it', async () => {
    await rows('BEGIN');

    await project.executors.dispose();

    await expect(rows('SELECT 1')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

describe('the caller of a session', () => {
  const ann = principalFromContext({ username: 'ann' }, 'test', 'ann');

  it('is whom the user functions answer for, on every run', async () => {
    const [hers, his] = ['ann', 'bob'].map((username) =>
      project.database.open(aCall({ principal: { ...ann, username }, headers: { 'x-team': username } })),
    );
    const sql = "SELECT get_username() AS u, get_request_header('X-Team') AS t";
    for (let run = 0; run < 3; run += 1) {
      expect(await rows(sql, [], hers)).toEqual([{ u: 'ann', t: 'ann' }]);
      expect(await rows(sql, [], his)).toEqual([{ u: 'bob', t: 'bob' }]);
    }
    await Promise.all([hers!.close(), his!.close()]);
  });

  it('is nobody for the system', async () => {
    const system = project.database.open(null);

    expect(await rows('SELECT get_username() AS u', [], system)).toEqual([{ u: null }]);
    await system.close();
  });
});

describe('the end of a statement of a session', () => {
  it('comes with its signal, and the session works on', async () => {
    const caller = new AbortController();
    const running = Array.fromAsync(session.rows(endless, [], caller.signal));
    setTimeout(() => {
      caller.abort();
    }, 30);

    await expect(running).rejects.toMatchObject({ code: 'EXECUTION_CANCELLED' });
    expect(await rows('SELECT 1 AS a')).toEqual([{ a: 1 }]);
  });

  it('comes with the session', async () => {
    const running = Array.fromAsync(session.rows(endless, [], never)).catch((error: unknown) => error);
    await sleep(30);

    await session.close();

    expect(await running).toMatchObject({ code: 'EXECUTION_CANCELLED' });
  });

  it('comes before the next one begins', async () => {
    await rows('CREATE TABLE t (i INTEGER)');
    const inserts = Array.from({ length: 20 }, (_, i) => rows('INSERT INTO t VALUES ($i)', { i }));
    const count = rows('SELECT count(*) AS n FROM t');
    await Promise.all(inserts);

    expect(await count).toEqual([{ n: 20 }]);
  });

  it('is counted', async () => {
    await rows('SELECT 1');
    await expect(rows('SELECT nothing')).rejects.toThrow();

    expect(project.metrics.statements).toEqual(['success', 'error']);
  });
});
