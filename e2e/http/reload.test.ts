import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpClient, textOf } from '../support/client.ts';
import { callTool, modernRequest, type Answer } from '../support/rpc.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const site = (profile: string): string =>
  `mxcp: 1\nproject: reload\nprofile: default\nprofiles: {default: {${profile}}}\n`;
const audited = 'audit: {enabled: true}';

describe('SIGHUP', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mxcp-reload-'));
  const write = (name: string, text: string): void => {
    writeFileSync(join(folder, name), text);
  };
  const tool = (name: string, sql: string, more = ''): void => {
    write(
      join('tools', `${name}.yml`),
      `mxcp: 1\ntool:\n  name: ${name}\n${more}  source: {code: ${JSON.stringify(sql)}}\n`,
    );
  };
  let server: RunningServer;

  beforeAll(async () => {
    mkdirSync(join(folder, 'tools'));
    write('mxcp-site.yml', site(audited));
    write('env', '');
    tool('version', 'SELECT 1 AS version');
    tool(
      'slow',
      'SELECT count(*) AS n FROM range(2000000) a, range(20) b WHERE hash(a.range, b.range) % 97 = 3',
    );
    server = await startServer(folder, [], { MXCP_ENV_FILE: join(folder, 'env') });
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('fails no call, however often it comes, and puts the files of then into force', async () => {
    const client = await httpClient(server.url, 'legacy');
    const answers: Promise<Answer>[] = [];
    const results: ReturnType<typeof client.callTool>[] = [];
    const slow = callTool(server.url, 'slow', {});
    for (let round = 2; round <= 6; round += 1) {
      tool('version', `SELECT ${round} AS version`);
      server.process.kill('SIGHUP');
      for (let call = 0; call < 40; call += 1) {
        answers.push(callTool(server.url, 'version', {}));
        results.push(client.callTool({ name: 'version', arguments: {} }));
        if (call % 10 === 0) await sleep(5);
      }
    }

    const failed = (await Promise.all(answers)).filter(({ body }) => body.result?.['isError'] !== false);
    expect(failed).toEqual([]);
    expect((await Promise.all(results)).filter(({ isError }) => isError === true)).toEqual([]);
    expect((await slow).body.result).toMatchObject({ content: [{ text: expect.stringMatching(/"n":\d+/) }] });
    await until(async () => (await version()) === 6);
    await client.close();
    expect(await reloads('error')).toBe(0);
  });

  it('puts a changed policy into force, and lists what is new', async () => {
    tool(
      'version',
      'SELECT 1 AS version',
      "  policies: {input: [{condition: 'true', action: deny, reason: Closed}]}\n",
    );
    tool('newcomer', 'SELECT 7 AS n');
    await reload();

    const denied = await callTool(server.url, 'version', {});
    const list = await modernRequest(server.url, 'tools/list');

    expect(denied.body.result).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('Closed') }],
    });
    expect((list.body.result?.['tools'] as { name: string }[]).map(({ name }) => name)).toEqual([
      'newcomer',
      'slow',
      'version',
    ]);
    tool('version', 'SELECT 1 AS version');
    await reload();
  });

  it('keeps an open session', async () => {
    const client = await httpClient(server.url, 'legacy');
    tool('version', 'SELECT 11 AS version');
    await reload();

    expect(textOf(await client.callTool({ name: 'version', arguments: {} }))).toBe('[{"version":11}]');
    await client.close();
  });

  it.each([
    ['a site file that is no YAML', 'mxcp-site.yml', 'mxcp: [1\n', /mxcp-site\.yml:\d+/],
    [
      'a reference to nothing',
      'mxcp-site.yml',
      site(`duckdb: {path: '\${NO_SUCH_VARIABLE}'}`),
      /NO_SUCH_VARIABLE/,
    ],
    ['a broken definition', 'tools/broken.yml', 'mxcp: 1\ntool: {name: 1x}\n', /tools\/broken\.yml/],
    [
      'SQL that does not bind',
      'tools/broken.yml',
      'mxcp: 1\ntool: {name: b, source: {code: FROM nowhere}}\n',
      /nowhere/,
    ],
  ])('leaves the service untouched over %s', async (_, file, text, reason) => {
    const before = reloadLines().length;
    write(file, text);
    await reload('error');

    expect(await version()).toBe(11);
    expect((await fetch(`${server.url}/ready`)).status).toBe(200);
    expect(JSON.stringify(reloadLines().slice(before))).toMatch(reason);

    rmSync(join(folder, file));
    write('mxcp-site.yml', site(audited));
    await reload();
  });

  it('changes the level of the log', async () => {
    write('env', 'MXCP_LOG_LEVEL=ERROR\n');
    await reload();
    const before = server.output().length;
    await version();
    write('env', '');
    await reload();
    await version();

    const said = server.output().slice(before);
    expect(said.match(/"Request completed"/g)).toHaveLength(1);
  });

  it('moves to another database file without a pause', async () => {
    write('mxcp-site.yml', site(`${audited}, duckdb: {path: other.duckdb}`));
    tool('where', 'SELECT current_database() AS name');
    await reload();

    expect((await callTool(server.url, 'where', {})).body.result).toMatchObject({
      content: [{ text: '[{"name":"other"}]' }],
    });
  });

  it('and SIGTERM right after it end the server, which says so in the log', async () => {
    server.process.kill('SIGHUP');

    expect(await server.stop()).toBe(0);
    const said = [...server.output().matchAll(/"logger":"server".*"message":"(\w+)/g)].map(
      ([, word]) => word,
    );
    expect(said).toEqual(['Listening', 'Stopping', 'Stopped']);
  });

  async function version(): Promise<number> {
    const { body } = await callTool(server.url, 'version', {});
    const [block] = (body.result?.['content'] ?? []) as { text: string }[];
    return (JSON.parse(block?.text ?? '[]') as { version: number }[])[0]?.version ?? NaN;
  }

  /** What the server said about reloads so far. */
  function reloadLines(): Record<string, unknown>[] {
    return server
      .output()
      .split('\n')
      .filter((line) => line.includes('"logger":"reload"'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Sends the signal and waits for the outcome. */
  async function reload(status: 'success' | 'error' = 'success'): Promise<void> {
    const before = await reloads(status);
    server.process.kill('SIGHUP');
    await until(async () => (await reloads(status)) > before);
  }

  async function reloads(status: string): Promise<number> {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const line = new RegExp(
      `^mxcp_config_reloads_total\\{status="${status}",trigger="sighup",profile="default"\\} (\\d+)$`,
      'm',
    );
    return Number(line.exec(text)?.[1] ?? 0);
  }
});

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  await expect.poll(isTrue, { timeout: 10_000, interval: 50 }).toBe(true);
}
