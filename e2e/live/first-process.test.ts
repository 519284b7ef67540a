import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { examples, mxcpScript, projectCopy } from '../support/command.ts';
import { startProcess } from '../support/process.ts';
import { callTool } from '../support/rpc.ts';
import { freePort } from '../support/server.ts';

it('as the first process of a container it reaps its Python workers and stops with 0', async () => {
  const project = projectCopy(join(examples, 'warehouse'));
  mkdirSync(join(project.folder, 'data'), { recursive: true });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const serve = [process.execPath, mxcpScript, 'serve', '--host', '127.0.0.1', '--port', String(port)];
  const isReady = async (): Promise<boolean> => (await fetch(`${url}/ready`)).ok;
  const container = await startProcess(
    'unshare',
    ['--pid', '--fork', '--mount-proc', '--kill-child', ...serve],
    { cwd: project.folder, readyMs: 60_000 },
    isReady,
  );
  try {
    const [server = 0] = childrenOf(container.child.pid ?? 0);
    expect(readFileSync(`/proc/${server}/status`, 'utf8')).toMatch(/^NSpid:\t\d+\t1$/m);
    const [worker = 0] = childrenOf(server);
    process.kill(worker, 'SIGKILL');
    const until = Date.now() + 30_000;
    while ((childrenOf(server).includes(worker) || !(await isReady())) && Date.now() < until)
      await sleep(100);

    expect(childrenOf(server)).not.toContain(worker);
    expect((await callTool(url, 'stock_report', { site: 'Hamburg' })).body.result).toMatchObject({
      isError: false,
    });

    const ended = once(container.child, 'exit');
    process.kill(server, 'SIGTERM');
    expect(await ended).toEqual([0, null]);
  } finally {
    await container.stop();
    project.remove();
  }
});

/** Also those that have ended and that nobody has reaped. */
function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}
