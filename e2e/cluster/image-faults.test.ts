import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SERVER_IMAGE } from '../../scripts/services/server-image.ts';
import { examples } from '../support/command.ts';
import { project, started, volumes } from '../support/container-test.ts';
import { hardened, runOnce } from '../support/containers.ts';
import { freePort } from '../support/server.ts';

/** Starts a container that is expected to end by itself. */
async function refused(options: readonly string[]): Promise<string> {
  const port = ['--env', `MCP_PORT=${String(await freePort())}`];
  const { code, stdout, stderr } = await runOnce(SERVER_IMAGE, [...hardened, ...port, ...options]);
  expect(code).not.toBe(0);
  return stdout + stderr;
}

describe('a container that cannot start says why (the guide lists these)', () => {
  it('no project is mounted', async () => {
    expect(await refused([])).toContain('No mxcp-site.yml found');
  });

  it('the project folder is closed to user 1000', async () => {
    const { folder, options } = project();
    chmodSync(folder, 0o700);
    expect(await refused([...options, ...(await volumes())])).toMatch(/\/app|mxcp-site\.yml/);
  });

  it('the user file that is named is not there', async () => {
    const options = [
      ...project().options,
      ...(await volumes()),
      '--env',
      'MXCP_CONFIG_PATH=/config/config.yml',
    ];
    expect(await refused(options)).toContain('/config/config.yml');
  });

  it.each(['data', 'audit'] as const)(
    '%s is a folder of the machine that user 1000 may not write to',
    async (name) => {
      const closed = mkdtempSync(join(tmpdir(), 'mxcp-closed-'));
      onTestFinished(() => {
        rmSync(closed, { recursive: true });
      });
      chmodSync(closed, 0o755);
      const options = [...project().options, ...(await volumes(name)), '--volume', `${closed}:/app/${name}`];
      const message = await refused(options);
      expect(message).toContain(`/app/${name}`);
      expect(message).toContain('user 1000');
    },
  );

  it('a project in a read-only folder has no mount point for a volume', async () => {
    const { folder, options } = project();
    rmSync(join(folder, 'audit'), { recursive: true });
    expect(await refused([...options, ...(await volumes())])).toMatch(/audit.*read-only file system/i);
  });

  it('another container writes to the same database', async () => {
    const shared = [...project().options, ...(await volumes())];
    await started(SERVER_IMAGE, shared);
    const message = await refused(shared);
    expect(message).toContain('notes.duckdb');
    expect(message).toMatch(/lock|another process|already/i);
  });

  it('the port is taken', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '0.0.0.0', resolve));
    onTestFinished(() => {
      holder.close();
    });
    const { port } = holder.address() as { port: number };
    const options = [...project().options, ...(await volumes()), '--env', `MCP_PORT=${port}`];
    expect(await refused(options)).toContain(`${port}`);
  });

  it('the source files of a project are hidden by the volume at data/', async () => {
    const { folder, options } = project(join(examples, 'earthquakes'));
    renameSync(join(folder, 'seeds', 'earthquakes.csv'), join(folder, 'data', 'earthquakes.csv'));
    const definitions = ['sql', 'tools', 'resources'].flatMap((name) =>
      readdirSync(join(folder, name)).map((file) => join(folder, name, file)),
    );
    for (const file of definitions) {
      writeFileSync(file, readFileSync(file, 'utf8').replaceAll('seeds/', 'data/'));
    }
    expect(await refused([...options, ...(await volumes())])).toContain('data/earthquakes.csv');
  });
});
