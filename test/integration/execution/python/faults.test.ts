import { readdir, readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { aCall } from '../../../builders/a-call.js';
import { PythonProject } from '../../../builders/a-python-project.js';
import { RecordingChannel } from '../../../fakes/recording-channel.js';

const kit = `
import asyncio, os, signal, sys, threading, time
from mxcp.runtime import db, mcp
from mxcp.sdk.audit import add_execution_event

def pid():
    return os.getpid()

async def doze(seconds):
    await asyncio.sleep(seconds)
    return os.getpid()

def nap(seconds):
    time.sleep(seconds)
    return os.getpid()

def leaves(code):
    os._exit(code)

def flood(lines):
    for n in range(lines):
        print('x' * 200)
        sys.stderr.write('y' * 200 + '\\n')
    return 'done'

async def blocks():
    while True:
        time.sleep(0.1)

def scribbles():
    for descriptor in range(3, 300):
        try:
            os.write(descriptor, b'this is no message\\n')
        except OSError:
            pass
    return 'done'

async def tells_oddly():
    await mcp.progress(2 ** 60, 2 ** 61)
    add_execution_event(status='refused', target=5, operation=7, error=ValueError('no'))
    return os.getpid()

def odd_content():
    return [mcp.image('AAAA', 5), mcp.resource('a:b', text='x', mime_type=6), mcp.link('a:b', 'c', mime_type=7)]

def closes():
    os.closerange(3, 1024)
    return 'done'

def child():
    if os.fork() == 0:
        time.sleep(3)
        os._exit(0)
    os._exit(4)
`;

/** Processes whose parent is this one, by what runs in them. */
async function workers(): Promise<readonly number[]> {
  const found: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const [status, line] = await Promise.all([
      readFile(`/proc/${entry}/stat`, 'utf8').catch(() => ''),
      readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => ''),
    ]);
    const parent = Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1]);
    if (parent === process.pid && line.includes('mxcp_worker.py')) found.push(Number(entry));
  }
  return found;
}

describe('Python workers that fail', () => {
  let project: PythonProject;

  afterEach(async () => {
    await project.close();
    expect(await workers()).toEqual([]);
  });

  it('are not ended by odd things that a function tells', async () => {
    project = await PythonProject.open(kit);
    const [call, channel] = [aCall(), new RecordingChannel()];

    expect(await project.value('tells_oddly', {}, { channel, events: call.events })).toBe(
      await project.value('pid'),
    );
    expect(channel.told).toEqual([['progress', 2 ** 60, 2 ** 61, undefined]]);
    expect(call.events).toMatchObject([{ status: 'error', target: '5', operation: '7', error: 'no' }]);
    const blocks = [{ mimeType: '5' }, { mimeType: '6' }, { mimeType: '7' }];
    expect(await project.run('odd_content')).toMatchObject({ kind: 'content', blocks });
  });

  it('lose only the calls they held when killed under load, and the next call succeeds in time', async () => {
    project = await PythonProject.open(kit, { userCode: { workers: 2 } });
    const victim = Number(await project.value('pid'));
    const calls = Promise.allSettled(
      Array.from({ length: 100 }, () => project.value('doze', { seconds: 0.5 })),
    );
    setTimeout(() => {
      process.kill(victim, 'SIGKILL');
    }, 100);

    const outcomes = await calls;

    const failures = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(failures).toHaveLength(50);
    expect(failures).toEqual(
      failures.map(() => ({
        status: 'rejected',
        reason: expect.objectContaining({
          code: 'WORKER_LOST',
          message: 'Python worker exited (signal SIGKILL)',
        }),
      })),
    );
  });

  it('are replaced within two seconds after kill -9', async () => {
    project = await PythonProject.open(kit);
    const victim = Number(await project.value('pid'));
    const held = project.value('doze', { seconds: 5 });
    held.catch(() => undefined);
    process.kill(victim, 'SIGKILL');
    await expect(held).rejects.toMatchObject({ code: 'WORKER_LOST' });
    const started = performance.now();

    expect(await project.value('pid')).not.toBe(victim);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('fail the call that ends its process, with the code', async () => {
    project = await PythonProject.open(kit);

    await expect(project.value('leaves', { code: 3 })).rejects.toMatchObject({
      code: 'WORKER_LOST',
      message: 'Python worker exited (code 3)',
    });
    await expect(project.value('pid')).resolves.toEqual(expect.any(Number));
  });

  it('are not held up by a process that they left behind', async () => {
    project = await PythonProject.open(kit);
    const started = performance.now();

    await expect(project.value('child')).rejects.toMatchObject({ message: 'Python worker exited (code 4)' });
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('print a flood without blocking and without filling the log', async () => {
    project = await PythonProject.open(kit);

    expect(await project.value('flood', { lines: 100_000 })).toBe('done');
    await project.close();

    expect(project.log.lines.length).toBeLessThan(3000);
    expect(project.log.lines).toContainEqual(
      expect.objectContaining({ message: 'Output of Python came too fast; lines were dropped' }),
    );
  });

  it('are replaced when a coroutine that was cancelled blocks them, without hurting other calls', async () => {
    project = await PythonProject.open(kit);
    const stuck = Number(await project.value('pid'));
    const caller = new AbortController();
    const bad = project.value('blocks', {}, { signal: caller.signal });
    const good = project.value('nap', { seconds: 11 });
    setTimeout(() => {
      caller.abort();
    }, 100);
    await expect(bad).rejects.toMatchObject({ code: 'EXECUTION_CANCELLED' });

    await expect
      .poll(
        () => project.value('doze', { seconds: 0 }, { signal: AbortSignal.timeout(500) }).catch(() => stuck),
        {
          timeout: 20_000,
          interval: 200,
        },
      )
      .not.toBe(stuck);
    await expect(good).resolves.toBe(stuck);
    await expect.poll(workers).toHaveLength(1);
  }, 40_000);

  it('are replaced when their channel is written over', async () => {
    project = await PythonProject.open(kit);

    await expect(project.value('scribbles')).rejects.toMatchObject({ code: 'WORKER_LOST' });
    await expect(project.value('pid')).resolves.toEqual(expect.any(Number));
  });

  it('are replaced when their channel is closed', async () => {
    project = await PythonProject.open(kit);

    await expect(project.value('closes')).rejects.toMatchObject({ code: 'WORKER_LOST' });
    await expect(project.value('pid')).resolves.toEqual(expect.any(Number));
  });

  it('leave nothing behind when the executors are disposed in the middle of calls', async () => {
    project = await PythonProject.open(kit);
    const calls = Promise.allSettled([
      project.value('nap', { seconds: 30 }),
      project.value('doze', { seconds: 30 }),
    ]);

    await project.executors.dispose();

    expect(await calls).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
    expect(await workers()).toEqual([]);
  });
});
