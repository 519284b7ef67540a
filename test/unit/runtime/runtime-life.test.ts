import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aConfig } from '../../builders/a-config.js';
import { aProblem } from '../../builders/a-core.js';
import { RuntimeLifeFixture } from '../../builders/a-runtime-life.js';

const request = { trigger: 'sighup', description: 'SIGHUP', whileClosed: null } as const;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the life of Runtimes', () => {
  it('ignores reloads before the start', async () => {
    const server = new RuntimeLifeFixture();

    const report = await server.reloader.reload(request);

    expect(report).toMatchObject({ status: 'error', error: 'The server is starting or stopping' });
    expect(server.loads).toEqual([]);
  });

  it('offers no reload to the code of a command that serves nothing', async () => {
    const command = new RuntimeLifeFixture(false);
    await command.life.start({ check: 'none' });

    expect(command.executors.requests[0]?.reload).toBeNull();
    expect((await command.reloader.reload(request)).status).toBe('error');
  });

  it('writes to the log at the start what is odd in the definitions', async () => {
    const server = new RuntimeLifeFixture();
    server.problems = [aProblem({ severity: 'warning' })];

    await server.life.start({ check: 'refuse' });

    expect(server.lines).toEqual(['warning tools/bad.yml: tool.source: Field required']);
  });

  it('ends the Runtime only after the last call on it', async () => {
    const server = await RuntimeLifeFixture.started();
    const call = server.call();
    const stopped = server.life.stop();
    await vi.advanceTimersByTimeAsync(0);
    expect(server.executors.open).toEqual([1]);

    call.finish();
    await stopped;

    expect(server.executors.diary).toEqual(['open 1', 'close 1', 'end 1']);
    expect(server.holder.current()).toBeNull();
  });

  it('ends it anyway when the grace is over', async () => {
    const server = await RuntimeLifeFixture.started();
    server.call();
    const stopped = server.life.stop();
    await vi.advanceTimersByTimeAsync(14_999);
    expect(server.executors.open).toEqual([1]);
    await vi.advanceTimersByTimeAsync(1);
    await stopped;

    expect(server.executors.open).toEqual([]);
  });

  it('gives less grace where the settings in force say so', async () => {
    const server = await RuntimeLifeFixture.started();
    server.files = () => aConfig({ shutdown: { timeoutMs: 500, preStopDelayMs: 0 } });
    await server.reload();
    server.call();
    const stopped = server.life.stop();
    await vi.advanceTimersByTimeAsync(500);
    await stopped;

    expect(server.executors.open).toEqual([]);
  });

  it('refuses new calls while it stops, and stops once', async () => {
    const server = await RuntimeLifeFixture.started();
    const stopped = [server.life.stop(), server.life.stop()];

    await expect(server.call().ended).rejects.toThrow('Server is shutting down');
    await Promise.all(stopped);
    expect(server.executors.diary).toEqual(['open 1', 'close 1', 'end 1']);
  });

  it('ends replaced Runtimes too', async () => {
    const server = await RuntimeLifeFixture.started();
    server.call();
    await server.reload();
    const stopped = server.life.stop();
    await vi.advanceTimersByTimeAsync(15_000);
    await stopped;

    expect(server.executors.open).toEqual([]);
  });
});

describe('a stop during a reload', () => {
  it('cancels what is pending and ignores what comes later', async () => {
    const server = await RuntimeLifeFixture.started();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    server.files = async () => {
      await promise;
      return aConfig();
    };
    const running = server.reload();
    await vi.advanceTimersByTimeAsync(0);
    const pending = server.reload();
    const stopped = server.life.stop();

    expect((await running).status).toBe('error');
    expect((await pending).status).toBe('error');
    expect((await server.reload()).status).toBe('error');
    await stopped;
    resolve(undefined);
    expect(server.executors.diary).toEqual(['open 1', 'close 1', 'end 1']);
  });

  it('ends the wait for running calls, and refuses those that wait', async () => {
    const server = await RuntimeLifeFixture.started();
    const running = server.call();
    const report = server.reload(() => Promise.resolve());
    await vi.advanceTimersByTimeAsync(0);
    const waiting = server.call();
    const stopped = server.life.stop();
    await expect(waiting.ended).rejects.toThrow('Server is shutting down');
    running.finish();
    await stopped;

    expect(await report).toMatchObject({ status: 'error', error: 'Server is shutting down' });
    expect(server.executors.diary).toEqual(['open 1', 'close 1', 'end 1']);
  });

  it('leaves nothing of a Runtime that was being built', async () => {
    const server = await RuntimeLifeFixture.started();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    server.executors.admit = () => promise;
    const report = server.reload();
    await vi.advanceTimersByTimeAsync(0);
    const stopped = server.life.stop();
    resolve(undefined);
    await stopped;

    expect((await report).status).toBe('error');
    expect(server.executors.open).toEqual([]);
    expect(server.executors.diary).toContain('end 2');
  });

  it('waits for work on the closed database, but not for ever', async () => {
    const server = await RuntimeLifeFixture.started();
    void server.reload(() => new Promise(() => undefined));
    await vi.advanceTimersByTimeAsync(0);
    let hasStopped = false;
    const stopped = server.life.stop().then(() => (hasStopped = true));
    await vi.advanceTimersByTimeAsync(19_999);
    expect(hasStopped).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await stopped;

    expect(server.lines).toContain('warning A reload is cut off: the server is stopping');
  });
});
