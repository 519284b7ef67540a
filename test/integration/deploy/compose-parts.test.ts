import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { servicesOf, textOfFile } from '../../../e2e/support/compose-files.ts';
import { expressionsOf, type Dashboard, readDashboard } from '../../../e2e/support/dashboard.ts';
import { loadConfig } from '../../builders/a-config-load.js';

const folder = 'deploy/compose';
const json = (file: string): unknown => JSON.parse(textOfFile(file)) as unknown;
const yaml = (file: string): unknown => parse(textOfFile(file)) as unknown;
const site = textOfFile('config/examples/earthquakes/mxcp-site.yml');

describe('the configuration of the server', () => {
  it('is one that the example project loads without a complaint', async () => {
    const { warnings, auth } = await loadConfig({ site, user: textOfFile(`${folder}/config/config.yml`) });

    expect([warnings, auth.problems, auth.oauth]).toEqual([[], [], null]);
  });

  it('with Keycloak fits its realm, and what the Compose file sets', async () => {
    const env = Object.fromEntries(
      Object.entries(servicesOf(`${folder}/keycloak.yml`).get('mxcp')?.environment ?? {}).map(
        ([name, value]) => [name, (value ?? '').replace(/\$\{\w+:[-?]([^}]*)\}/, '$1')],
      ),
    );
    const user = textOfFile(`${folder}/keycloak/config/config.yml`);
    const { warnings, auth } = await loadConfig({ site, user, env: { ...env, BIND_IP: '0.0.0.0' } });

    expect([warnings, auth.problems]).toEqual([[], []]);
    expect(auth.oauth).toMatchObject({
      mode: 'issuer',
      issuer: 'http://localhost:8000',
      provider: {
        realmUrl: 'http://localhost:8080/realms/mxcp',
        callbackPath: '/keycloak/callback',
        clientId: 'mxcp',
      },
    });
    expect(json(`${folder}/keycloak/realm.json`)).toMatchObject({
      realm: 'mxcp',
      clients: [{ clientId: 'mxcp', redirectUris: ['http://localhost:8000/keycloak/callback'] }],
    });
  });

  it('with Keycloak has the realm of the guide, with secrets from the environment', () => {
    const guide = textOfFile('docs/guides/keycloak/realm.json')
      .replace('"change-me"', '"${KEYCLOAK_CLIENT_SECRET}"')
      .replace(/"value": "(ann|bob)"/g, '"value": "${KEYCLOAK_USER_PASSWORD}"');
    const { environment = {} } = servicesOf(`${folder}/keycloak.yml`).get('keycloak') ?? {};

    expect(textOfFile(`${folder}/keycloak/realm.json`)).toBe(guide);
    expect(Object.keys(environment)).toEqual(
      expect.arrayContaining(['KEYCLOAK_CLIENT_SECRET', 'KEYCLOAK_USER_PASSWORD']),
    );
  });
});

describe('Prometheus and Grafana', () => {
  const monitoring = servicesOf(`${folder}/monitoring.yml`);
  const dashboards = `${folder}/grafana/dashboards`;

  it('scrapes the server by its name in Compose, on the port that it listens on', () => {
    expect(yaml(`${folder}/prometheus.yml`)).toMatchObject({
      global: { scrape_interval: '15s' },
      scrape_configs: [
        { job_name: 'mxcp', static_configs: [{ targets: ['mxcp:8000'] }] },
        { dns_sd_configs: [{ names: ['otel-collector'], port: 8889 }] },
      ],
    });
    expect(servicesOf('docker-compose.yml').get('mxcp')?.ports?.[0]).toMatch(/:8000$/);
    expect(servicesOf(`${folder}/tracing.yml`).has('otel-collector')).toBe(true);
  });

  it('has a data source that is the Prometheus of the same file', () => {
    const source = z.object({ datasources: z.array(z.object({ uid: z.string(), url: z.url() })) });
    const [found] = source.parse(
      yaml(`${folder}/grafana/provisioning/datasources/prometheus.yml`),
    ).datasources;

    expect(found?.uid).toBe('prometheus');
    expect(monitoring.has(new URL(found?.url ?? '').hostname)).toBe(true);
  });

  it('finds its dashboards where they are mounted', () => {
    const provider = z.object({ providers: z.array(z.object({ options: z.object({ path: z.string() }) })) });
    const [found] = provider.parse(yaml(`${folder}/grafana/provisioning/dashboards/mxcp.yml`)).providers;

    expect(monitoring.get('grafana')?.volumes).toContain(`./${dashboards}:${found?.options.path ?? ''}:ro`);
    expect(readdirSync(dashboards)).toEqual(['mxcp.json']);
  });

  const dashboard: Dashboard = readDashboard(join(dashboards, 'mxcp.json'));

  it('shows metrics that the server has, by the data source that is provisioned', () => {
    const reference = textOfFile('docs/reference/metrics.md');
    const known = new Set([...reference.matchAll(/^\| `(\w+)`/gm)].map(([, name = '']) => name));
    const named = expressionsOf(dashboard).flatMap(
      (expression) => expression.match(/\b(mxcp|process)_\w+/g) ?? [],
    );
    const metrics = [...new Set(named)].map((name) => name.replace(/_bucket$/, ''));

    expect(metrics.filter((name) => name.startsWith('mxcp_') && !known.has(name))).toEqual([]);
    expect(metrics.length).toBeGreaterThan(8);
    expect(new Set(dashboard.panels.map(({ datasource }) => datasource.uid))).toEqual(
      new Set(['prometheus']),
    );
  });

  it('lays its panels side by side', () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
    );

    expect(new Set(cells).size).toBe(cells.length);
    expect(dashboard.panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  });
});

describe('the collector', () => {
  it('makes metrics of spans between its two pipelines, with the ten dimensions', () => {
    const config = yaml(`${folder}/otel-collector-config.yaml`);
    // service.name, span.name, span.kind and status.code come by themselves
    const named = [
      'mxcp.endpoint.name',
      'mxcp.endpoint.type',
      'mxcp.execution.language',
      'mxcp.auth.provider',
      'mxcp.policy.decision',
      'mxcp.duckdb.operation',
    ];

    expect(config).toMatchObject({
      receivers: { otlp: { protocols: { http: { endpoint: '0.0.0.0:4318' } } } },
      processors: { batch: { timeout: '1s' } },
      connectors: { span_metrics: { dimensions: named.map((name) => ({ name, default: 'unknown' })) } },
      exporters: { prometheus: { endpoint: '0.0.0.0:8889', namespace: 'mxcp' } },
      service: {
        pipelines: {
          traces: { exporters: ['otlp_grpc/jaeger', 'span_metrics'] },
          'metrics/spanmetrics': { receivers: ['span_metrics'], exporters: ['prometheus'] },
        },
      },
    });
    expect(servicesOf(`${folder}/tracing.yml`).has('jaeger')).toBe(true);
  });

  it('is pinned to the version that the tests run', () => {
    const image = servicesOf(`${folder}/tracing.yml`).get('otel-collector')?.image ?? '';
    const modules = 'e2e/cluster/tools/collector/go.mod';

    expect(existsSync(modules)).toBe(true);
    expect(textOfFile(modules)).toContain(`receiver/otlpreceiver v${image.split(':')[1] ?? '?'}`);
  });
});
