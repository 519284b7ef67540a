import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConnectionPool } from '../../../src/modules/execution/duckdb/connection-pool.js';
import { SharedDatabase } from '../../../src/modules/execution/duckdb/shared-database.js';
import { aConfig } from '../../builders/a-config.js';
import { FakeClock } from '../../fakes/fake-clock.js';
import { RecordingLog } from '../../fakes/recording-log.js';

let folder: string;
let database: SharedDatabase;
const clock = new FakeClock();
const { signal } = new AbortController();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mxcp-pool-'));
  const config = { ...aConfig().database, path: join(folder, 'db.duckdb'), root: folder };
  database = await SharedDatabase.open(config, new RecordingLog());
});
afterEach(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const settings = { size: 2, maxOverflow: 1, acquireTimeoutMs: 100, maxAgeS: 60, prePing: true };

describe('ConnectionPool', () => {
  it('lends the connection that was used last', async () => {
    const pool = new ConnectionPool(database, settings, clock);
    const [first, second] = [await pool.acquire(signal), await pool.acquire(signal)];
    second.release();
    first.release();

    const again = await pool.acquire(signal);

    expect(again.session).toBe(first.session);
    again.release();
    await pool.close();
  });

  it('does not lend a dirty connection again', async () => {
    const pool = new ConnectionPool(database, settings, clock);
    const lease = await pool.acquire(signal);
    lease.session.isDirty = true;
    lease.release();
    lease.release();

    const next = await pool.acquire(signal);

    expect(next.session).not.toBe(lease.session);
    expect(pool.state()).toEqual({ idle: 1, inUse: 1, waiting: 0 });
    next.release();
    await pool.close();
  });

  it('replaces a connection that is too old, returned or idle', async () => {
    const pool = new ConnectionPool(database, settings, clock);
    const first = await pool.acquire(signal);
    first.release();
    clock.advance(60_001);
    const second = await pool.acquire(signal);
    expect(second.session).not.toBe(first.session);

    clock.advance(60_001);
    second.release();
    const third = await pool.acquire(signal);
    expect(third.session).not.toBe(second.session);
    third.release();
    await pool.close();
  });

  it('asks one that was idle for long whether it lives', async () => {
    const pool = new ConnectionPool(database, settings, clock);
    const lease = await pool.acquire(signal);
    lease.release();
    lease.session.run = () => Promise.reject(new Error('dead'));
    clock.advance(30_000);

    const next = await pool.acquire(signal);

    expect(next.session).not.toBe(lease.session);
    next.release();
    await pool.close();
  });

  it('does not ask where pre_ping is off', async () => {
    const pool = new ConnectionPool(database, { ...settings, prePing: false }, clock);
    const lease = await pool.acquire(signal);
    lease.release();
    clock.advance(30_000);

    const next = await pool.acquire(signal);

    expect(next.session).toBe(lease.session);
    next.release();
    await pool.close();
  });

  it('closes when everything is back, and lends nothing more', async () => {
    const pool = new ConnectionPool(database, settings, clock);
    const lease = await pool.acquire(signal);
    let isClosed = false;
    const closed = pool.close().then(() => {
      isClosed = true;
    });

    await expect(pool.acquire(signal)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(isClosed).toBe(false);
    lease.release();
    await closed;
  });
});
