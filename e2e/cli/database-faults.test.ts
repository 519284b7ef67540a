import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mxcp } from '../support/command.ts';
import { startServer } from '../support/server.ts';

describe('a database that cannot be used', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mxcp-faults-'));

  beforeAll(async () => {
    mkdirSync(join(folder, 'tools'));
    writeFileSync(join(folder, 'mxcp-site.yml'), 'mxcp: 1\nproject: faults\nprofile: default\n');
    writeFileSync(
      join(folder, 'tools', 'one.yml'),
      'mxcp: 1\ntool: {name: one, source: {code: SELECT 1 AS one}}\n',
    );
    await mxcp(['query', 'CREATE TABLE t AS SELECT 1 AS a'], { cwd: folder });
  });

  afterAll(() => {
    chmodSync(join(folder, 'data'), 0o755);
    rmSync(folder, { recursive: true, force: true });
  });

  it('is named when a server holds it, with what to do', async () => {
    const server = await startServer(folder);
    try {
      const { code, stdout } = await mxcp(['query', 'SELECT 1', '--json'], { cwd: folder });

      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({
        status: 'error',
        error: expect.stringMatching(/^Failed to create RuntimeEnvironment: [\s\S]*--readonly/),
      });
    } finally {
      await server.stop();
    }
  });

  it('may be read by several processes', async () => {
    const server = await startServer(folder, ['--readonly']);
    try {
      const { stdout } = await mxcp(['query', 'SELECT a FROM t', '--readonly', '--json'], { cwd: folder });

      expect(JSON.parse(stdout)).toEqual({ status: 'ok', result: [{ a: 1 }] });
    } finally {
      await server.stop();
    }
  });

  it('does not keep an occupied port a secret', async () => {
    const holder = createServer();
    const port = await new Promise<number>((resolve) => {
      holder.listen(0, '127.0.0.1', () => {
        resolve((holder.address() as { port: number }).port);
      });
    });
    try {
      const { code, stderr } = await mxcp(['serve', '--host', '127.0.0.1', '--port', String(port)], {
        cwd: folder,
      });

      expect(code).toBe(1);
      expect(stderr).toContain(String(port));
      expect(stderr).toMatch(/in use|--port/);
    } finally {
      holder.close();
    }
  });
});
