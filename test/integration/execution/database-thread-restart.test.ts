import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { LocalExecutorFactory } from '../../../src/modules/execution/local-executor-factory.js';
import { anSqlEndpoint, SqlProject } from '../../builders/a-sql-project.js';
import { FakeClock } from '../../fakes/fake-clock.js';
import { RecordingLog } from '../../fakes/recording-log.js';
import { RecordingMetrics } from '../../fakes/recording-metrics.js';
import { ScriptedFunctions, textFunction } from '../../fakes/scripted-functions.js';

vi.setConfig({ testTimeout: 20_000 });

const echo = anSqlEndpoint("SELECT echo_test('hi') AS said");

/** A project whose database has a thread of its own, and a way to end that thread as a fault would. */
async function aProject() {
  const started: Worker[] = [];
  const note = (worker: Worker): void => void started.push(worker);
  process.on('worker', note);
  onTestFinished(() => void process.off('worker', note));
  const log = new RecordingLog();
  const clock = new FakeClock();
  const functions = new ScriptedFunctions({ echo_test: textFunction((value) => value) });
  const factory = new LocalExecutorFactory(log, new RecordingMetrics(), clock, 16);
  const project = await SqlProject.open({ functions, factory });
  onTestFinished(() => project.close());
  return { project, log, clock, end: async () => started.at(-1)!.terminate() };
}

/** What this process has open in the project's folder. */
async function openFiles({ folder }: SqlProject): Promise<readonly string[]> {
  const names = await readdir('/proc/self/fd');
  const files = await Promise.all(names.map((name) => readlink(join('/proc/self/fd', name)).catch(() => '')));
  return files.filter((file) => file.startsWith(folder));
}

describe('a database thread that a fault has ended', () => {
  it('is started again by the next call, plugin functions and data included', async () => {
    const { project, log, end } = await aProject();
    await project.rows(anSqlEndpoint('CREATE TABLE t AS SELECT 7 AS n'));
    expect(await openFiles(project)).not.toEqual([]);

    await end();
    expect(await openFiles(project)).toEqual([]);

    expect(await project.rows(echo)).toEqual([{ said: 'hi' }]);
    expect(await project.rows(anSqlEndpoint('SELECT n FROM t'))).toEqual([{ n: 7 }]);
    const messages = log.lines.map(({ level, message }) => `${level} ${message}`);
    expect(messages).toContain('critical The database has stopped; the next call opens it again');
    expect(messages).toContain('warning The database is opened again');
  });

  it('is not started again and again', async () => {
    const { project, clock, end } = await aProject();
    await end();
    expect(await project.rows(echo)).toEqual([{ said: 'hi' }]);
    await end();

    await expect(project.rows(echo)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: 'The database has stopped and is opened again in a moment; try again',
    });
    clock.advance(1_000);
    expect(await project.rows(echo)).toEqual([{ said: 'hi' }]);
  });

  it('can be closed without another one', async () => {
    const { project, end } = await aProject();

    await end();

    await expect(project.close()).resolves.toBeUndefined();
  });
});
