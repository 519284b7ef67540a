import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cleanEnvironment, mxcpScript } from '../support/command.ts';
import { eventually } from '../support/run.ts';
import { freePort, startServer } from '../support/server.ts';

let project = '';

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'mxcp-interrupts-'));
  writeFileSync(join(project, 'mxcp-site.yml'), 'mxcp: 1\nproject: a\nprofile: dev\n');
});

afterEach(() => {
  rmSync(project, { recursive: true, force: true });
});

function mxcp(args: readonly string[], stderr: 'pipe' | number) {
  const child = spawn(process.execPath, [mxcpScript, ...args], {
    cwd: project,
    env: cleanEnvironment(project),
    stdio: ['ignore', 'pipe', stderr],
  });
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  const none = Readable.from([]);
  return { child, code, stdout: child.stdout ?? none, stderr: child.stderr ?? none };
}

describe('Ctrl-C', () => {
  it('ends a server gracefully, exit code 0', async () => {
    const server = await startServer(project);

    expect(await server.stop('SIGINT')).toBe(0);
    expect(server.output()).toContain('👋 Server stopped');
  });

  it('ends a query that runs, exit code 1, with one document in JSON mode', async () => {
    const sql = 'SELECT count(*) FROM range(1000000000) a, range(1000) b';
    const { child, code, ...streams } = mxcp(['query', sql, '--json'], 'pipe');
    const output = Promise.all([text(streams.stdout), text(streams.stderr)]);
    await eventually('the database is open', () =>
      Promise.resolve(existsSync(join(project, 'data', 'db-dev.duckdb')) || undefined),
    );

    child.kill('SIGINT');

    expect(await code).toBe(1);
    const [stdout, stderr] = await output;
    expect(JSON.parse(stdout)).toEqual({ status: 'error', error: 'Operation cancelled by user' });
    expect(stderr).toBe('Aborted!\n');
  });
});

describe.runIf(process.platform === 'linux')('a full disk under stderr', () => {
  it('stops no server', async () => {
    const full = openSync('/dev/full', 'w');
    const { child, code, stdout } = mxcp(['serve', '--port', String(await freePort()), '--json'], full);
    closeSync(full);
    let document = '';
    stdout.on('data', (chunk: Buffer) => (document += chunk.toString()));
    await eventually('the server listens', () => Promise.resolve(document.endsWith('}\n') || undefined));

    child.kill('SIGTERM');

    expect(await code).toBe(0);
    expect(JSON.parse(document)).toMatchObject({ status: 'ok' });
  });
});
