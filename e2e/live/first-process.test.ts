import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { cleanEnvironment, examples, mxcpScript, projectCopy } from '../support/command.ts';
import { childrenOf } from '../support/faults.ts';
import { startProcess } from '../support/process.ts';
import { callTool } from '../support/rpc.ts';
import { freePort } from '../support/server.ts';

/** Makes what it runs the first process of a namespace, as a container does. */
const asFirst = ['--pid', '--fork', '--mount-proc', '--kill-child'];

describe('the server as the first process of a container, as where a pod names its own command', () => {
  it('reaps its Python workers and stops with 0', async () => {
    const project = projectCopy(join(examples, 'warehouse'));
    mkdirSync(join(project.folder, 'data'), { recursive: true });
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const serve = [process.execPath, mxcpScript, 'serve', '--host', '127.0.0.1', '--port', String(port)];
    const isReady = async (): Promise<boolean> => (await fetch(`${url}/ready`)).ok;
    const container = await startProcess(
      'unshare',
      [...asFirst, ...serve],
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

  it('ends when it is told to while it starts', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mxcp-first-'));
    const marker = join(folder, 'starting');
    mkdirSync(join(folder, 'python'));
    writeFileSync(join(folder, 'mxcp-site.yml'), 'mxcp: 1\nproject: first\nprofile: default\n');
    // a start that takes a minute
    writeFileSync(
      join(folder, 'python', 'slow.py'),
      `import time\nfrom mxcp.runtime import on_init\n\n@on_init\ndef wait():\n    open(${JSON.stringify(marker)}, "w").close()\n    time.sleep(60)\n`,
    );
    const serve = [process.execPath, mxcpScript, 'serve', '--port', String(await freePort())];
    const options = { cwd: folder, env: cleanEnvironment(folder), stdio: 'ignore' } as const;
    const first = spawn('unshare', [...asFirst, ...serve], options);
    const ended = once(first, 'exit');
    try {
      await expect.poll(() => existsSync(marker), { timeout: 60_000, interval: 50 }).toBe(true);
      const [server = 0] = childrenOf(first.pid ?? 0);
      const startedMs = Date.now();

      process.kill(server, 'SIGTERM');

      expect(await ended).toEqual([143, null]);
      expect(Date.now() - startedMs).toBeLessThan(20_000);
    } finally {
      first.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
