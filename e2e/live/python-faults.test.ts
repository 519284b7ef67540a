import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { codeTool, faultProject, isAlive, said, type FaultProject } from '../support/faults.ts';
import { callTool } from '../support/rpc.ts';

const code = `
import asyncio, os
from mxcp.runtime import on_shutdown

@on_shutdown
def stopped():
    with open("stopped", "w") as file:
        file.write(str(os.getpid()))

def pid():
    return os.getpid()

async def doze():
    with open("dozing", "a") as file:
        file.write("z")
    await asyncio.sleep(3)
    return "awake"

class Odd(Exception):
    def __str__(self):
        raise ValueError("no")

def fault(how: str):
    if how == "odd":
        raise Odd()
    if how == "empty":
        raise ValueError()
    if how == "cyclic":
        items = []
        items.append(items)
        return items
    if how == "rows":
        return list(range(1_000_000))
    if how == "exit":
        os._exit(3)
    if how == "close":
        os.closerange(3, 1024)
`;

const plugin = `
import os
from mxcp.plugins import MXCPBasePlugin, udf

class MXCPPlugin(MXCPBasePlugin):
    @udf
    def next(self, n: int) -> int:
        return n + 1

    @udf
    def leave(self, n: int) -> int:
        os._exit(7)
`;

const files = {
  'python/code.py': code,
  'tools/pid.yml': codeTool('pid', 'python', 'python/code.py'),
  'tools/doze.yml': codeTool('doze', 'python', 'python/code.py'),
  'tools/fault.yml': codeTool(
    'fault',
    'python',
    'python/code.py',
    '  parameters: [{name: how, type: string}]\n',
  ),
  'tools/sql.yml': 'mxcp: 1\ntool: {name: sql, source: {code: SELECT 1 AS one}}\n',
};
const withPlugin = {
  ...files,
  'plugins/kit.py': plugin,
  'tools/next.yml': 'mxcp: 1\ntool: {name: next, source: {code: SELECT next_kit(41) AS n}}\n',
  'tools/leave.yml': 'mxcp: 1\ntool: {name: leave, source: {code: SELECT leave_kit(1) AS n}}\n',
};

describe('Python faults on the built server', () => {
  let project: FaultProject;
  afterEach(() => project.remove());

  const call = async (tool: string, args: Record<string, unknown> = {}): Promise<string> =>
    said(await callTool(project.server.url, tool, args));
  const many = (count: number, tool: string): Promise<string[]> =>
    Promise.all(Array.from({ length: count }, () => call(tool)));
  const dozing = (count: number): Promise<void> =>
    expect
      .poll(() => readFileSync(join(project.folder, 'dozing'), 'utf8').length, { timeout: 10_000 })
      .toBe(count);

  it('each tell their own caller, and the next call works', async () => {
    project = await faultProject('plugin: [{name: kit, module: kit}]\n', withPlugin);
    const expected = {
      odd: 'Odd without a readable message',
      empty: 'ValueError',
      cyclic: 'contains itself',
      rows: 'more than the 10000 rows allowed',
      exit: 'Python worker exited (code 3)',
      // the server and the worker both notice, and either may be first
      close: /Python worker exited \((?:signal SIGKILL|code 3)\)/,
    };
    for (const [how, message] of Object.entries(expected)) {
      const answer = await call('fault', { how });
      expect(answer).toMatch(/^! /);
      expect(answer).toMatch(message);
      expect(await call('pid')).toMatch(/^\d+$/);
    }
    expect(await call('leave')).toContain('Python worker exited (code 7)');
    expect(await call('next')).toBe('[{"n":42}]');
  });

  it('lose with kill -9 only what the worker held, with one record a call', async () => {
    project = await faultProject('', files);
    const victim = Number(await call('pid'));
    const held = many(100, 'doze');
    const beside = many(20, 'sql');
    await dozing(100);
    process.kill(victim, 'SIGKILL');

    const answers = await held;
    const begun = performance.now();
    expect(Number(await call('pid'))).not.toBe(victim);
    expect(performance.now() - begun).toBeLessThan(2000);

    expect(new Set(answers)).toEqual(
      new Set(['! Error executing tool doze: Python worker exited (signal SIGKILL)']),
    );
    expect(new Set(await beside)).toEqual(new Set(['[{"one":1}]']));
    await expect.poll(() => project.recorded('doze').length).toBe(100);
    expect(project.recorded('doze').filter(({ status }) => status !== 'error')).toEqual([]);
  });

  it('leave no worker behind after SIGTERM, which lets calls finish and runs stop hooks', async () => {
    project = await faultProject('', files);
    const worker = Number(await call('pid'));
    const running = many(20, 'doze');
    await dozing(20);

    expect(await project.server.stop()).toBe(0);

    expect(new Set(await running)).toEqual(new Set(['awake']));
    expect(isAlive(worker)).toBe(false);
    expect(readFileSync(join(project.folder, 'stopped'), 'utf8')).toBe(String(worker));
  });

  it('end the worker with a server that is killed', async () => {
    project = await faultProject('', files);
    const worker = Number(await call('pid'));

    await project.server.stop('SIGKILL');

    await expect.poll(() => isAlive(worker)).toBe(false);
  });
});
