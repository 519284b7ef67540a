import { randomBytes } from 'node:crypto';
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NEXT_IMAGE, SERVER_IMAGE } from '../../scripts/services/server-image.ts';
import { ComposeEngine } from '../support/compose.ts';
import { rootFile } from '../support/compose-files.ts';
import { callTool, modernRequest } from '../support/rpc.ts';
import { freePort } from '../support/server.ts';

/** The root file, as in docs/operations/deployments.md, with a project that the test may change. */
class Deployment {
  readonly #engine = new ComposeEngine();
  readonly #folder = mkdtempSync(join(tmpdir(), 'mxcp-life-'));
  readonly #name = `mxcp-life-${randomBytes(4).toString('hex')}`;
  readonly container = `${this.#name}-mxcp-1`;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get #values(): Record<string, string> {
    return {
      COMPOSE_PROJECT_NAME: this.#name,
      MXCP_PUBLISH: `127.0.0.1:${this.#port}`,
      MXCP_PROJECT: join(this.#folder, 'project'),
    };
  }

  async prepare(): Promise<void> {
    this.#port = await freePort();
    // the server's user has to get in
    chmodSync(this.#folder, 0o755);
    cpSync('config/examples/earthquakes', join(this.#folder, 'project'), { recursive: true });
    await this.#engine.start();
  }

  async remove(): Promise<void> {
    await this.#compose('down', '--volumes', '--timeout', '5');
    await this.#engine.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** `up` with the image of a version in the file, as a checkout of that version has it. */
  async up(image: string): Promise<void> {
    // the engine's default limits lie above those of a test machine that is a container itself
    const mxcp = { image, ulimits: { nofile: 20000, nproc: 4096 } };
    writeFileSync(join(this.#folder, 'version.yml'), JSON.stringify({ services: { mxcp } }));
    const { code, stderr } = await this.#engine.up(this.#files, this.container, this.#values);
    expect([code, stderr]).toEqual([0, expect.stringContaining('Healthy')]);
  }

  async hangUp(): Promise<void> {
    expect((await this.#compose('kill', '--signal', 'HUP', 'mxcp')).code).toBe(0);
  }

  edit(file: string, change: (text: string) => string): void {
    const path = join(this.#folder, 'project', file);
    // in place: a file that takes its name would not be seen by all kinds of mounts
    writeFileSync(path, change(readFileSync(path, 'utf8')));
  }

  async inspect(format: string): Promise<string> {
    return (await this.#engine.podman('inspect', '--format', format, this.container)).stdout.trim();
  }

  async printed(command: string): Promise<string> {
    return (await this.#engine.podman('exec', this.container, 'bash', '-c', command)).stdout;
  }

  async logs(): Promise<string> {
    const { stdout, stderr } = await this.#compose('logs', '--no-log-prefix', 'mxcp');
    return stdout + stderr;
  }

  get #files(): readonly string[] {
    return [rootFile, join(this.#folder, 'version.yml')];
  }

  #compose(...args: readonly string[]): ReturnType<ComposeEngine['compose']> {
    return this.#engine.compose(this.#files, args, this.#values);
  }
}

describe('the life of a deployment with Compose', () => {
  const deployment = new Deployment();
  const ask = async (): Promise<number> =>
    (await callTool(deployment.url, 'daily_summary', { day: '2018-02-04' })).status;
  const recorded = async (): Promise<number> =>
    Number(await deployment.printed(`cat /app/audit/*.jsonl | grep -c '"daily_summary"'`));
  const listed = async (): Promise<string> =>
    JSON.stringify((await modernRequest(deployment.url, 'tools/list', {})).body);

  beforeAll(async () => {
    await deployment.prepare();
    await deployment.up(SERVER_IMAGE);
  });

  afterAll(() => deployment.remove());

  it('a changed file of the project counts after HUP, in the same container', async () => {
    const id = await deployment.inspect('{{.Id}}');
    deployment.edit('tools/daily_summary.yml', (text) => text.replace('Summary of a day', 'A day in short'));

    await deployment.hangUp();

    await expect.poll(listed, { timeout: 20_000 }).toContain('A day in short');
    expect(await deployment.inspect('{{.Id}}')).toBe(id);
  });

  it('a mistake in it changes nothing, and the log says what is wrong', async () => {
    deployment.edit('tools/daily_summary.yml', (text) => text.replace('mxcp: 1', 'mxcp: one'));

    await deployment.hangUp();

    await expect.poll(() => deployment.logs(), { timeout: 20_000 }).toContain('daily_summary.yml');
    expect(await ask()).toBe(200);
    expect(await listed()).toContain('A day in short');
    deployment.edit('tools/daily_summary.yml', (text) => text.replace('mxcp: one', 'mxcp: 1'));
  });

  it.each([
    { way: 'upgrade', image: NEXT_IMAGE, version: 'next' },
    { way: 'rollback', image: SERVER_IMAGE, version: '0.1.0' },
  ])(
    'after the $way the other version serves, on the same data and audit log',
    async ({ image, version }) => {
      const [id, before] = [await deployment.inspect('{{.Id}}'), await recorded()];
      await deployment.printed(`duckdb /app/data/kept-${version}.duckdb 'CREATE TABLE kept (a INTEGER)'`);

      await deployment.up(image);

      expect(await deployment.inspect('{{.Id}}')).not.toBe(id);
      expect(await deployment.inspect('{{index .Config.Labels "org.opencontainers.image.version"}}')).toBe(
        version,
      );
      expect(await ask()).toBe(200);
      expect(await recorded()).toBe(before + 1);
      expect(await deployment.printed('ls /app/data')).toContain(`kept-${version}.duckdb`);
    },
  );
});
