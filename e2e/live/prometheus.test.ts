import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callTool } from '../support/rpc.ts';
import { examples, projectCopy } from '../support/command.ts';
import { freePort, startServer, type RunningServer } from '../support/server.ts';

describe('/metrics', () => {
  const project = projectCopy(join(examples, 'earthquakes'));
  let server: RunningServer;

  beforeAll(async () => {
    server = await startServer(project.folder);
    await callTool(server.url, 'daily_summary', { day: '2018-02-04' });
    await callTool(server.url, 'daily_summary', { day: 'no day' });
  });

  afterAll(async () => {
    await server.stop();
    project.remove();
  });

  it('is what promtool accepts', async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();

    const checked = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });

    const complaints = checked.stderr.split('\n').filter((line) => line.startsWith('mxcp_'));
    expect(complaints).toEqual([]);
  });

  it('is scraped by a real Prometheus, with calls counted by outcome', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mxcp-prometheus-'));
    const port = await freePort();
    const config = {
      scrape_configs: [
        {
          job_name: 'mxcp',
          scrape_interval: '1s',
          static_configs: [{ targets: [`127.0.0.1:${server.port}`] }],
        },
      ],
    };
    writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config));
    execFileSync('promtool', ['check', 'config', join(folder, 'prometheus.yml')]);
    const prometheus = spawn('prometheus', [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ]);
    try {
      const good = await sample(
        port,
        'mxcp_endpoint_requests_total{endpoint="daily_summary",status="success"}',
      );
      const bad = await sample(
        port,
        'mxcp_endpoint_errors_total{endpoint="daily_summary",error_type="validation"}',
      );

      expect(good).toBe('1');
      expect(bad).toBe('1');
    } finally {
      prometheus.kill();
      await new Promise((resolve) => prometheus.once('exit', resolve));
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** The value of a series once Prometheus has one; fails after 30 s. */
async function sample(port: number, query: string): Promise<string | undefined> {
  for (let attempt = 0; attempt < 60; attempt += 1) {
    const answer = await fetch(
      `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`,
    ).catch(() => null);
    const body = (await answer?.json()) as { data?: { result: { value: [number, string] }[] } } | undefined;
    const value = body?.data?.result[0]?.value[1];
    if (value !== undefined) return value;
    await sleep(500);
  }
  return undefined;
}
