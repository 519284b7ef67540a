import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConfigInvalidError } from '../../../src/common/errors/config-errors.js';
import { ExecutionFailedError } from '../../../src/common/errors/endpoint-errors.js';
import { DatabaseUnavailableError } from '../../../src/common/errors/server-errors.js';
import { aConfig, noAuth } from '../../builders/a-config.js';
import { aProblem } from '../../builders/a-core.js';
import { RuntimeLifeFixture, withOtherOptions } from '../../builders/a-runtime-life.js';

const success = { status: 'success', error: null, restartRequired: [] };

let server: RuntimeLifeFixture;
beforeEach(async () => {
  vi.useFakeTimers();
  server = await RuntimeLifeFixture.started();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a reload', () => {
  it('puts a Runtime of the files as they are now into service', async () => {
    server.files = () => aConfig({ limits: { rows: 5, bytes: 6, timeoutMs: 7 } });

    expect(await server.reload()).toEqual(success);

    expect(server.generation).toBe(2);
    expect(server.holder.current()?.config.limits.rows).toBe(5);
    expect(server.lines).toEqual(['info Reload started', 'info Reload ended']);
    expect(server.metrics.reloads).toEqual([{ trigger: 'sighup', status: 'success' }]);
    expect(server.metrics.reloading).toBe(0);
  });

  it('reads as the command asked, for the profile of the start', async () => {
    await server.reload();

    expect(server.loads).toEqual([{ serving: true, profile: 'dev' }]);
  });

  it('lets calls finish on the Runtime they began on, and ends it after the last', async () => {
    const call = server.call();
    await server.reload();
    const next = server.call();
    expect(server.executors.diary).toEqual(['open 1', 'open 2']);

    call.finish();
    next.finish();

    expect(await Promise.all([call.ended, next.ended])).toEqual([1, 2]);
    await vi.advanceTimersByTimeAsync(0);
    expect(server.executors.open).toEqual([2]);
  });

  it('ends the former Runtime under its calls at the drain limit', async () => {
    server.files = () => aConfig({ reload: { drainTimeoutMs: 2000, onDrainTimeout: 'abort' } });
    server.call();
    await server.reload();

    await vi.advanceTimersByTimeAsync(1999);
    expect(server.executors.open).toEqual([1, 2]);
    await vi.advanceTimersByTimeAsync(1);

    expect(server.executors.open).toEqual([2]);
  });

  it('tells those who listen, until they stop', async () => {
    const heard: (number | null)[] = [];
    const stop = server.reloader.onSwapped(() => heard.push(server.generation));
    await server.reload();
    stop();
    await server.reload();

    expect(heard).toEqual([2]);
  });

  it('changes the level of the log', async () => {
    server.files = () => aConfig({ logging: { ...aConfig().logging, level: 'debug' } });
    await server.reload();

    expect(server.log.level).toBe('debug');
  });

  it('is not disturbed by a listener that fails', async () => {
    const heard: number[] = [];
    server.reloader.onSwapped(() => {
      throw new TypeError('broken');
    });
    server.reloader.onSwapped(() => heard.push(1));

    expect(await server.reload()).toEqual(success);
    expect(heard).toEqual([1]);
  });

  it('names what takes effect after a restart only, and leaves it as it was', async () => {
    const { http } = aConfig();
    server.files = () => aConfig({ http: { ...http, port: 9 }, auth: { ...noAuth, provider: 'github' } });

    const report = await server.reload();

    expect(report.restartRequired).toEqual(['transport.http.port', 'auth.provider']);
    expect(server.holder.current()?.config).toMatchObject({
      http: { port: 8000 },
      auth: { provider: 'none' },
    });
    expect(server.log.lines.find(({ level }) => level === 'warning')?.fields).toEqual({
      settings: 'transport.http.port, auth.provider',
    });
  });
});

describe('a reload that fails', () => {
  it('changes nothing and says why when a file is wrong', async () => {
    const heard: number[] = [];
    server.reloader.onSwapped(() => heard.push(1));
    server.files = () => {
      throw new ConfigInvalidError('mxcp-site.yml:3: unknown field');
    };

    const report = await server.reload();

    expect(report).toEqual({ status: 'error', error: 'mxcp-site.yml:3: unknown field', restartRequired: [] });
    expect(server.generation).toBe(1);
    expect(server.executors.diary).toEqual(['open 1']);
    expect(heard).toEqual([]);
    expect(server.metrics.reloads).toEqual([{ trigger: 'sighup', status: 'error' }]);
    expect(server.log.lines.find(({ level }) => level === 'error')).toMatchObject({
      message: 'Reload failed',
      fields: { reason: 'mxcp-site.yml:3: unknown field' },
    });
  });

  it('gives up reading after 30 seconds', async () => {
    server.files = () => new Promise(() => undefined);

    const report = server.reload();
    await vi.advanceTimersByTimeAsync(30_000);

    expect((await report).error).toBe('The configuration could not be read within 30000 ms');
    server.files = () => aConfig();
    expect(await server.reload()).toEqual(success);
  });

  it('names the definitions that have errors, before anything is opened', async () => {
    server.problems = [aProblem({ message: 'Binder Error: no such column\nLINE 1: SELECT secret' })];

    const report = await server.reload();

    expect(report.error).toBe('Found 1 endpoint(s) with errors: tools/bad.yml');
    expect(server.executors.diary).toEqual(['open 1']);
    const refusal = server.log.lines.at(-2);
    expect(refusal?.message).toBe('Definition refused');
    expect(refusal?.fields).toEqual({
      file: 'tools/bad.yml',
      location: 'tool.source',
      reason: 'Binder Error: no such column',
    });
    expect(JSON.stringify(server.log.lines)).not.toContain('SELECT secret');
  });

  it('goes on as before when the new Runtime cannot be opened', async () => {
    server.executors.admit = () => {
      throw new DatabaseUnavailableError('locked');
    };

    expect(await server.reload()).toMatchObject({ status: 'error', error: 'locked' });
    expect(server.generation).toBe(1);
    expect(server.executors.open).toEqual([1]);
  });

  it('does not show the words of a defect', async () => {
    server.files = () => {
      throw new TypeError('undefined is not a secret');
    };

    expect((await server.reload()).error).toBe('Internal error');
  });

  it('leaves out definitions with errors where serve did so, and says so once', async () => {
    const lenient = new RuntimeLifeFixture();
    await lenient.life.start({ check: 'skip' });
    lenient.problems = [aProblem()];

    expect(await lenient.reload()).toEqual(success);
    expect(lenient.lines.filter((line) => line.includes('tools/bad.yml'))).toEqual([
      expect.stringMatching(/^error Failed to load endpoint tools\/bad\.yml: /),
    ]);
  });
});

describe('many reloads', () => {
  it('are one when they are asked for together', async () => {
    const reports = await Promise.all([server.reload(), server.reload(), server.reload()]);

    expect(reports).toEqual([success, success, success]);
    expect(server.generation).toBe(2);
  });

  it('are one running and one pending otherwise', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    server.files = async () => {
      await promise;
      return aConfig();
    };
    const first = server.reload();
    await vi.advanceTimersByTimeAsync(0);
    const later = [server.reload(), server.reload(), server.reload()];
    resolve(undefined);
    await Promise.all([first, ...later]);

    expect(server.generation).toBe(3);
    expect(server.metrics.reloads).toHaveLength(2);
  });

  it('do the work of each in the order asked', async () => {
    const done: string[] = [];
    const work = (name: string) => () => Promise.resolve(void done.push(name));
    await Promise.all([server.reload(work('a')), server.reload(), server.reload(work('b'))]);

    expect(done).toEqual(['a', 'b']);
    expect(server.metrics.reloads).toEqual([{ trigger: 'runtime', status: 'success' }]);
  });
});

describe('a reload for which the database must be closed', () => {
  it('does its work between the end of the old and the start of the new Runtime', async () => {
    const { diary } = server.executors;

    expect(await server.reload(() => Promise.resolve(void diary.push('work')))).toEqual(success);

    expect(diary).toEqual(['open 1', 'close 1', 'work', 'end 1', 'open 2']);
    expect(server.generation).toBe(2);
  });

  it('closes first when the options of the database changed', async () => {
    server.files = () => withOtherOptions();

    expect(await server.reload()).toEqual(success);

    expect(server.executors.diary).toEqual(['open 1', 'close 1', 'end 1', 'open 2']);
  });

  it('lets running calls finish and new ones wait', async () => {
    const running = server.call();
    const report = server.reload(() => Promise.resolve());
    await vi.advanceTimersByTimeAsync(0);
    const waiting = server.call();
    waiting.finish();
    expect(server.generation).toBe(1);
    expect(server.executors.diary).toEqual(['open 1']);

    running.finish();

    expect(await report).toEqual(success);
    expect(await Promise.all([running.ended, waiting.ended])).toEqual([1, 2]);
  });

  it('also waits for calls of Runtimes that were replaced before', async () => {
    const old = server.call();
    await server.reload();
    const { diary } = server.executors;
    const report = server.reload(() => Promise.resolve(void diary.push('work')));
    await vi.advanceTimersByTimeAsync(0);
    expect(diary).toEqual(['open 1', 'open 2']);

    old.finish();
    await report;

    expect(diary.indexOf('work')).toBeGreaterThan(diary.indexOf('close 1'));
    expect(diary.indexOf('work')).toBeGreaterThan(diary.indexOf('close 2'));
    expect(server.executors.open).toEqual([3]);
  });

  it('keeps the code alive that asked, though its Runtime is replaced before its turn', async () => {
    const { diary, requests } = server.executors;
    const asker = requests[0]?.reload;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    server.files = async () => {
      await promise;
      return aConfig();
    };
    const first = server.reload();
    await vi.advanceTimersByTimeAsync(0);
    const whileClosed = (): Promise<void> => Promise.resolve(void diary.push('work'));
    asker?.({ trigger: 'runtime', description: '', whileClosed });
    resolve(undefined);
    await first;
    await vi.advanceTimersByTimeAsync(0);

    expect(diary.indexOf('work')).toBeLessThan(diary.indexOf('end 1'));
    expect(server.executors.open).toEqual([3]);
  });

  it('gives up when calls do not finish in time, and opens the gate again', async () => {
    const done: string[] = [];
    const running = server.call();
    const report = server.reload(() => Promise.resolve(void done.push('work')));
    await vi.advanceTimersByTimeAsync(0);
    const waiting = server.call();
    waiting.finish();
    await vi.advanceTimersByTimeAsync(25_000);

    expect(await report).toMatchObject({
      status: 'error',
      error: 'The database had to be closed, and running calls did not finish within 25000 ms',
    });
    expect(await waiting.ended).toBe(1);
    expect(done).toEqual([]);
    running.finish();
    expect(await running.ended).toBe(1);
  });

  it('interrupts calls that do not finish in time where it may', async () => {
    server.files = () => aConfig({ reload: { drainTimeoutMs: 1000, onDrainTimeout: 'cancel' } });
    server.call();
    const report = server.reload(() => Promise.resolve());
    await vi.advanceTimersByTimeAsync(1000);

    expect(await report).toEqual(success);
    expect(server.executors.open).toEqual([2]);
  });

  it('goes on when its work fails, and reports it', async () => {
    const report = await server.reload(() => Promise.reject(new ExecutionFailedError('no such file')));

    expect(report).toEqual({ status: 'success', error: 'no such file', restartRequired: [] });
    expect(server.generation).toBe(2);
    expect(server.log.lines.find(({ level }) => level === 'error')?.fields).toEqual({
      reason: 'no such file',
    });
  });

  it('closes nothing when a definition has an error', async () => {
    const done: string[] = [];
    server.problems = [aProblem()];

    const report = await server.reload(() => Promise.resolve(void done.push('work')));

    expect(report.status).toBe('error');
    expect(done).toEqual([]);
    expect(server.executors.diary).toEqual(['open 1']);
  });

  it('serves the former configuration again when the new one cannot be', async () => {
    server.files = () => withOtherOptions();
    server.executors.admit = ({ config }) => {
      if (config.database.memoryLimit !== null) throw new DatabaseUnavailableError('too little memory');
    };
    const former = server.holder.current();
    const report = await server.reload();

    expect(report).toMatchObject({ status: 'error', error: 'too little memory' });
    expect(server.holder.current()?.config).toBe(former?.config);
    expect(server.holder.current()?.endpoints).toBe(former?.endpoints);
    expect(server.executors.open).toEqual([2]);
  });

  it('leaves no Runtime when that fails too, and the next reload heals it', async () => {
    server.executors.admit = () => {
      throw new DatabaseUnavailableError('disk gone');
    };
    const report = await server.reload(() => Promise.resolve());

    expect(report).toMatchObject({ status: 'error', error: 'disk gone' });
    await expect(server.call().ended).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(server.holder.current()).toBeNull();
    expect(server.lines).toContain('critical The former configuration cannot be served again');

    server.executors.admit = () => undefined;
    expect(await server.reload()).toEqual(success);
    const call = server.call();
    call.finish();
    expect(await call.ended).toBe(2);
  });
});
