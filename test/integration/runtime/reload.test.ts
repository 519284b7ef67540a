import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { JsonValue } from '../../../src/common/domain/json.js';
import type { ReloadReport, ReloadRequest } from '../../../src/common/ports/reloader.js';
import { YamlEndpointLoader } from '../../../src/modules/endpoints/yaml-endpoint-loader.js';
import { LocalExecutorFactory } from '../../../src/modules/execution/local-executor-factory.js';
import { CallRecorder } from '../../../src/modules/pipeline/call-recorder.js';
import { EndpointPipeline } from '../../../src/modules/pipeline/endpoint-pipeline.js';
import { LazyPolicyCompiler } from '../../../src/modules/policy/lazy-policy-compiler.js';
import { ReloadJournal } from '../../../src/modules/runtime/reload-journal.js';
import { RuntimeFactory } from '../../../src/modules/runtime/runtime-factory.js';
import { RuntimeHolder } from '../../../src/modules/runtime/runtime-holder.js';
import { RuntimeLife } from '../../../src/modules/runtime/runtime-life.js';
import { RuntimeReloader } from '../../../src/modules/runtime/runtime-reloader.js';
import { RuntimeSuccession } from '../../../src/modules/runtime/runtime-succession.js';
import { SystemClock } from '../../../src/modules/telemetry/system-clock.js';
import { aCall } from '../../builders/a-call.js';
import { aConfigProject } from '../../builders/a-config-load.js';
import { MemoryAuditSink } from '../../fakes/memory-audit-sink.js';
import { RecordingLog } from '../../fakes/recording-log.js';
import { RecordingMetrics } from '../../fakes/recording-metrics.js';

const endless =
  'SELECT count(*) AS n FROM range(1000000) a, range(1000000) b WHERE hash(a.range, b.range) % 97 = 3';

/** A project on disk with the tools given, served by everything but the network. */
async function serve(tools: Readonly<Record<string, string>>, user = '') {
  const project = await aConfigProject({
    site: 'mxcp: 1\nproject: acme\nprofile: dev\nprofiles: {dev: {duckdb: {path: live.duckdb}}}\n',
    user: `mxcp: 1\n${user}`,
    files: Object.fromEntries(
      Object.entries(tools).map(([name, sql]) => [`tools/${name}.yml`, tool(name, sql)]),
    ),
  });
  const request = { serving: true };
  const started = { config: await project.load(request), request };
  const [log, metrics, clock, holder] = [
    new RecordingLog(),
    new RecordingMetrics(),
    new SystemClock(),
    new RuntimeHolder(),
  ];
  const factory = new RuntimeFactory(
    new YamlEndpointLoader(),
    new LazyPolicyCompiler(clock, log),
    new LocalExecutorFactory(log, metrics, clock, 16),
    log,
  );
  const succession = new RuntimeSuccession(factory, holder, log);
  const journal = new ReloadJournal(log, clock);
  const reloader = new RuntimeReloader(started, project, succession, journal, metrics);
  const life = new RuntimeLife(started, succession, holder, reloader, metrics, log);
  await life.start({ check: 'refuse' });
  onTestFinished(() => life.stop());
  const audit = new MemoryAuditSink();
  const recorder = new CallRecorder(audit, metrics, clock, log, 'host:1');
  const pipeline = new EndpointPipeline(holder, recorder, started);
  return {
    audit,
    holder,
    life,
    log,
    metrics,
    root: project.root,
    define: (name: string, sql: string) =>
      writeFile(join(project.root, 'tools', `${name}.yml`), tool(name, sql)),
    reload: (whileClosed: ReloadRequest['whileClosed'] = null): Promise<ReloadReport> =>
      reloader.reload({ trigger: 'runtime', description: 'test', whileClosed }),
    call: async (target: string): Promise<JsonValue> => {
      const { output } = await pipeline.call(aCall({ target }));
      return output.kind === 'value' ? output.value : null;
    },
  };
}

function tool(name: string, sql: string): string {
  return `mxcp: 1\ntool:\n  name: ${name}\n  source: {code: ${JSON.stringify(sql)}}\n`;
}

const success = { status: 'success', error: null, restartRequired: [] };

describe('a reload of a project', () => {
  it('replaces the database file while it is closed, and calls wait for it', async () => {
    const { call, define, holder, reload, root } = await serve({ one: 'SELECT 1 AS n' });
    const live = join(root, 'live.duckdb');
    await copyFile(live, join(root, 'empty.duckdb'));
    await define('make', 'CREATE TABLE made AS SELECT 42 AS n');
    await reload();
    await call('make');
    await define('read', 'FROM made');
    await reload();
    expect(await call('read')).toEqual([{ n: 42 }]);
    await reload(() => copyFile(live, join(root, 'full.duckdb')));

    const waiting = Promise.withResolvers<JsonValue>();
    const swapped = reload(async () => {
      waiting.resolve(call('one'));
      await copyFile(join(root, 'empty.duckdb'), live);
      await define('read', 'SELECT count(*) AS n FROM duckdb_tables()');
    });

    // the tool `read` as it was when the reload began does not bind in the empty file
    expect(await swapped).toMatchObject({ status: 'error' });
    expect(await waiting.promise).toEqual([{ n: 1 }]);
    expect(holder.isPaused()).toBe(false);
    expect(await reload()).toEqual(success);
    expect(await call('read')).toEqual([{ n: 0 }]);

    await reload(() => copyFile(join(root, 'full.duckdb'), live));
    expect(await call('read')).toEqual([{ n: 1 }]);
  });

  it('lets a statement finish on the Runtime it began on, and new calls see the new SQL', async () => {
    const { call, define, holder, reload } = await serve({
      version: 'SELECT 1 AS n',
      slow: 'SELECT count(*) > 0 AS n FROM range(3000000) a, range(20) b WHERE hash(a.range, b.range) % 97 = 3',
    });
    const slow = call('slow');
    await define('version', 'SELECT 2 AS n');

    expect(await reload()).toEqual(success);
    expect(await call('version')).toEqual([{ n: 2 }]);
    expect(holder.current()?.generation).toBe(2);
    expect(await slow).toEqual([{ n: true }]);
  });

  it('interrupts a statement that outlasts the drain limit, which leaves one record', async () => {
    const { audit, call, metrics, reload } = await serve(
      { endless },
      'reload: {drain_timeout_ms: 200, on_drain_timeout: cancel}\n',
    );
    const running = call('endless').catch((error: unknown) => error);
    await expect.poll(() => metrics.running).toBe(1);

    expect(await reload(() => Promise.resolve())).toEqual(success);

    expect(await running).toBeInstanceOf(Error);
    expect(audit.records).toMatchObject([{ operation_name: 'endless', operation_status: 'error' }]);
  });

  it('gives up where it may not interrupt, and the statement goes on', async () => {
    const { call, life, metrics, reload } = await serve(
      { endless },
      'reload: {drain_timeout_ms: 100}\nshutdown: {timeout_ms: 0}\n',
    );
    const running = call('endless').catch((error: unknown) => error);
    await expect.poll(() => metrics.running).toBe(1);

    expect(await reload(() => Promise.resolve())).toMatchObject({ status: 'error' });
    expect(metrics.running).toBe(1);

    await life.stop();
    expect(await running).toBeInstanceOf(Error);
  });

  it('stays healthy over many reloads under calls, and leaves one Runtime', async () => {
    const { audit, call, life, metrics, reload } = await serve({ version: 'SELECT 1 AS n' });
    const calls: Promise<JsonValue>[] = [];
    for (let round = 0; round < 10; round += 1) {
      for (let number = 0; number < 20; number += 1) calls.push(call('version'));
      await reload(round % 5 === 4 ? () => Promise.resolve() : null);
    }

    expect(new Set((await Promise.all(calls)).map((value) => JSON.stringify(value)))).toEqual(
      new Set(['[{"n":1}]']),
    );
    expect(audit.records).toHaveLength(200);
    expect(metrics.reloads.map(({ status }) => status)).toEqual(Array(10).fill('success'));
    await life.stop();
  });
});
