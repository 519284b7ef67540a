import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { binaries } from '../../scripts/services/cluster-tools.ts';
import { repository } from '../support/command.ts';
import { textOfFile } from '../support/compose-files.ts';
import { startProcess, type RunningProcess } from '../support/process.ts';
import { freePort } from '../support/server.ts';

const collector = join(binaries, 'otelcol-test');
const file = 'deploy/compose/otel-collector-config.yaml';

/** One span of 20 ms, as endpoint code sends it over OTLP/HTTP. */
function span(startedMs: number): object {
  const text = (key: string, stringValue: string): object => ({ key, value: { stringValue } });
  return {
    resourceSpans: [
      {
        resource: { attributes: [text('service.name', 'mxcp')] },
        scopeSpans: [
          {
            spans: [
              {
                traceId: '5b8efff798038103d269b633813fc60c',
                spanId: 'eee19b7ec3c1b174',
                name: 'mxcp.endpoint.execute',
                kind: 2,
                startTimeUnixNano: `${startedMs}000000`,
                endTimeUnixNano: `${startedMs + 20}000000`,
                attributes: [text('mxcp.endpoint.name', 'get_customer')],
                status: { code: 2 },
              },
            ],
          },
        ],
      },
    ],
  };
}

describe('deploy/compose/otel-collector-config.yaml', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mxcp-collector-'));
  let running: RunningProcess;
  let [otlp, metrics] = [0, 0];

  beforeAll(async () => {
    [otlp, metrics] = [await freePort(), await freePort()];
    const config = textOfFile(file)
      .replace('0.0.0.0:4318', `127.0.0.1:${otlp}`)
      .replace('0.0.0.0:8889', `127.0.0.1:${metrics}`)
      .replace('metrics_flush_interval: 15s', 'metrics_flush_interval: 1s');
    writeFileSync(join(folder, 'config.yaml'), config);
    running = await startProcess(
      collector,
      [`--config=${join(folder, 'config.yaml')}`],
      { cwd: folder, readyMs: 60_000 },
      async () => (await fetch(`http://127.0.0.1:${otlp}/`)).status > 0,
    );
  });

  afterAll(async () => {
    await running.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('passes the collector itself, without a warning', () => {
    const checked = spawnSync(collector, ['validate', `--config=${join(repository, file)}`], {
      encoding: 'utf8',
    });

    expect([checked.status, checked.stderr]).toEqual([0, '']);
    expect(running.output()).not.toMatch(/deprecated/);
  });

  it('turns a span into mxcp_calls_total and mxcp_latency_bucket, in milliseconds', async () => {
    const sent = await fetch(`http://127.0.0.1:${otlp}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(span(Date.now())),
    });
    expect(sent.status).toBe(200);

    const lines = await metricLines(metrics);

    const calls = lines.find((line) => line.startsWith('mxcp_calls_total{')) ?? '';
    for (const label of [
      'service_name="mxcp"',
      'span_name="mxcp.endpoint.execute"',
      'span_kind="SPAN_KIND_SERVER"',
      'status_code="STATUS_CODE_ERROR"',
      'mxcp_endpoint_name="get_customer"',
      'mxcp_endpoint_type="unknown"',
      'mxcp_execution_language="unknown"',
      'mxcp_auth_provider="unknown"',
      'mxcp_policy_decision="unknown"',
      'mxcp_duckdb_operation="unknown"',
    ]) {
      expect(calls).toContain(label);
    }
    const bucket = (le: string): string | undefined =>
      lines.find((line) => line.startsWith('mxcp_latency_bucket{') && line.includes(`le="${le}"`));
    expect(bucket('10')).toMatch(/ 0$/);
    expect(bucket('25')).toMatch(/ 1$/);
    expect(bucket('5000')).toMatch(/ 1$/);
  });
});

/** The metrics that Prometheus would read, once there are some; fails after 30 s. */
async function metricLines(port: number): Promise<readonly string[]> {
  const until = Date.now() + 30_000;
  while (Date.now() < until) {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    if (text.includes('mxcp_calls_total{')) return text.split('\n');
    await sleep(250);
  }
  throw new Error('the collector made no metrics of the span');
}
