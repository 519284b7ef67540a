import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cleanEnvironment, mxcpScript } from '../support/command.ts';
import { freePort } from '../support/server.ts';

describe('the server as process 1, as in a container', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mxcp-first-'));
  const marker = join(folder, 'starting');

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('ends when it is told to while it starts', async () => {
    mkdirSync(join(folder, 'python'));
    writeFileSync(join(folder, 'mxcp-site.yml'), 'mxcp: 1\nproject: first\nprofile: default\n');
    // a start that takes a minute
    writeFileSync(
      join(folder, 'python', 'slow.py'),
      `import time\nfrom mxcp.runtime import on_init\n\n@on_init\ndef wait():\n    open(${JSON.stringify(marker)}, "w").close()\n    time.sleep(60)\n`,
    );
    const serve = [mxcpScript, 'serve', '--port', String(await freePort())];
    const first = spawn(
      'unshare',
      ['--pid', '--fork', '--mount-proc', '--kill-child', process.execPath, ...serve],
      {
        cwd: folder,
        env: cleanEnvironment(folder),
        stdio: 'ignore',
      },
    );
    const ended = new Promise<number | null>((resolve) => first.once('exit', resolve));
    try {
      await expect.poll(() => existsSync(marker), { timeout: 60_000, interval: 50 }).toBe(true);
      const unshare = String(first.pid);
      const child = Number(readFileSync(`/proc/${unshare}/task/${unshare}/children`, 'utf8').trim());
      const startedMs = Date.now();

      process.kill(child, 'SIGTERM');

      expect(await ended).toBe(143);
      expect(Date.now() - startedMs).toBeLessThan(20_000);
    } finally {
      first.kill('SIGKILL');
    }
  });
});
