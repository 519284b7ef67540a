import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chart, presets } from '../support/chart.ts';
import { repository } from '../support/command.ts';
import { at, helm, Rendered, type Values } from '../support/helm.ts';

const everyObject = [
  'Deployment/mxcp',
  'NetworkPolicy/mxcp-network-policy',
  'PersistentVolumeClaim/mxcp-audit',
  'PersistentVolumeClaim/mxcp-data',
  'PersistentVolumeClaim/mxcp-drift',
  'Pod/mxcp-test',
  'PodDisruptionBudget/mxcp',
  'Service/mxcp',
  'ServiceAccount/mxcp',
];

const optional: readonly { readonly object: string; readonly values: Values }[] = [
  { object: 'Ingress/mxcp', values: { ingress: { enabled: true, host: 'mcp.example.com' } } },
  {
    object: 'HTTPRoute/mxcp',
    values: {
      httpRoute: { enabled: true, hostnames: ['mcp.example.com'], parentRefs: [{ name: 'public' }] },
    },
  },
  { object: 'ServiceMonitor/mxcp', values: { metrics: { serviceMonitor: { enabled: true } } } },
  { object: 'ConfigMap/mxcp-config', values: { config: { content: { mxcp: 1 } } } },
  {
    object: 'ConfigMap/mxcp-project',
    values: { project: { source: 'configMap', files: { 'mxcp-site.yml': 'mxcp: 1' } } },
  },
];

const shortLived = {
  persistence: { data: { enabled: false }, audit: { enabled: false }, drift: { enabled: false } },
};
const shared = { accessModes: ['ReadWriteMany'] };

describe('the chart', () => {
  it('has the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
      version: string;
    };

    expect((await Rendered.of()).container('image')).toBe(`mxcp-server:${version}`);
  });

  it.each(presets)('passes the strict linter with %s', async (preset) => {
    const { code, stdout } = await helm(['lint', '--strict', chart], {}, preset);

    expect(stdout).toContain('0 chart(s) failed');
    expect(code).toBe(0);
  });

  it('has these objects by default', async () => {
    expect((await Rendered.of()).names).toEqual(everyObject);
  });

  it.each(optional)('adds $object when asked to', async ({ object, values }) => {
    expect((await Rendered.of(values)).names).toEqual([...everyObject, object].sort());
  });

  it('is off where it is told to be', async () => {
    const rendered = await Rendered.of({
      ...shortLived,
      readonly: true,
      networkPolicy: { enabled: false },
      podDisruptionBudget: { enabled: false },
      serviceAccount: { create: false },
    });

    expect(rendered.names).toEqual(['Deployment/mxcp', 'Pod/mxcp-test', 'Service/mxcp']);
    expect(rendered.pod('spec', 'serviceAccountName')).toBe('default');
  });

  it('uses claims that exist instead of making them', async () => {
    const rendered = await Rendered.of({ persistence: { data: { existingClaim: 'mine' } } });

    expect(rendered.names).not.toContain('PersistentVolumeClaim/mxcp-data');
    expect(rendered.pod('spec', 'volumes', 0)).toEqual({
      name: 'data',
      persistentVolumeClaim: { claimName: 'mine' },
    });
  });
});

describe('the way from one version to the next', () => {
  const rolling = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } };
  const alone = { type: 'Recreate' };

  it.each([
    { pods: 'one writer with its volume', values: {}, strategy: alone },
    {
      pods: 'one writer whose volume others could mount',
      values: { persistence: { data: shared, audit: shared, drift: shared } },
      strategy: alone,
    },
    {
      pods: 'a writer beside an external database, whose volume others could mount',
      values: { database: { external: true }, persistence: { data: shared, audit: shared, drift: shared } },
      strategy: alone,
    },
    { pods: 'one reader with a volume of one node', values: { readonly: true }, strategy: alone },
    {
      pods: 'readers without volumes',
      values: { ...shortLived, readonly: true, replicaCount: 3 },
      strategy: rolling,
    },
    {
      pods: 'readers with shared volumes',
      values: {
        readonly: true,
        replicaCount: 3,
        persistence: { data: shared, audit: shared, drift: shared },
      },
      strategy: rolling,
    },
    {
      pods: 'servers of an external database',
      values: { ...shortLived, database: { external: true }, replicaCount: 3 },
      strategy: rolling,
    },
  ])('of $pods is $strategy.type', async ({ values, strategy }) => {
    expect((await Rendered.of(values)).at('Deployment', 'spec', 'strategy')).toEqual(strategy);
  });

  it('leaves the number of pods to the autoscaler', async () => {
    const rendered = await Rendered.of({ ...shortLived, readonly: true, autoscaling: { enabled: true } });

    expect(rendered.at('Deployment', 'spec', 'replicas')).toBeUndefined();
    expect(rendered.at('HorizontalPodAutoscaler', 'spec', 'scaleTargetRef', 'name')).toBe('mxcp');
  });

  it('begins when the configuration or the project changes, and only then', async () => {
    const files = (sql: string): Values => ({
      source: 'configMap',
      files: { 'mxcp-site.yml': 'mxcp: 1', 'sql/a.sql': sql },
    });
    const values = { config: { content: { mxcp: 1 } }, project: files('SELECT 1') };
    const template = async (change: Values): Promise<unknown> =>
      (await Rendered.of({ ...values, ...change })).pod('metadata', 'annotations');
    const before = await template({});

    expect(await template({ service: { port: 8080 } })).toEqual(before);
    expect(await template({ config: { content: { mxcp: 1, logging: {} } } })).not.toEqual(before);
    expect(await template({ project: files('SELECT 2') })).not.toEqual(before);
  });

  it('gives each of several pods an audit log of its own', async () => {
    const persistence = { data: shared, audit: shared, drift: shared };
    const rendered = await Rendered.of({ readonly: true, replicaCount: 2, persistence });

    expect(rendered.container('volumeMounts', 1)).toEqual({
      name: 'audit',
      mountPath: '/app/audit',
      subPathExpr: '$(POD_NAME)',
    });
  });
});

describe('what clients outside reach', () => {
  it('by the Ingress is every path but those for operators', async () => {
    const rendered = await Rendered.of({
      ingress: { enabled: true, host: 'mcp.example.com', tls: { secretName: 'mcp-tls' } },
    });
    const rules = rendered.at('Ingress', 'spec', 'rules', 0, 'http', 'paths') as readonly Values[];
    const paths = rules.map(({ path }) => path);

    expect(rendered.at('Ingress', 'spec', 'tls')).toEqual([
      { hosts: ['mcp.example.com'], secretName: 'mcp-tls' },
    ]);
    expect(paths).toEqual(expect.arrayContaining(['/mcp', '/.well-known', '/authorize', '/token']));
    for (const inside of ['/', '/metrics', '/ready', '/health']) expect(paths).not.toContain(inside);
    expect(rendered.at('Ingress', 'metadata', 'annotations')).toEqual({
      'nginx.ingress.kubernetes.io/proxy-read-timeout': '300',
      'nginx.ingress.kubernetes.io/proxy-send-timeout': '300',
      'nginx.ingress.kubernetes.io/proxy-buffering': 'off',
    });
  });

  it('by the Gateway is the same, without an end to streams', async () => {
    const host = { enabled: true, host: 'mcp.example.com' };
    const route = { enabled: true, hostnames: ['mcp.example.com'], parentRefs: [{ name: 'public' }] };
    const rendered = await Rendered.of({ ingress: host, httpRoute: route });
    const rule = rendered.at('HTTPRoute', 'spec', 'rules', 0);
    const ingress = rendered.at('Ingress', 'spec', 'rules', 0, 'http', 'paths') as readonly Values[];

    expect((at(rule, 'matches') as readonly Values[]).map((it) => at(it, 'path', 'value'))).toEqual(
      ingress.map(({ path }) => path),
    );
    expect(at(rule, 'timeouts')).toEqual({ request: '0s', backendRequest: '0s' });
    expect(at(rule, 'backendRefs')).toEqual([{ name: 'mxcp', port: 80 }]);
  });

  it('is closed to all pods but those of the policy, except where the Service opens the port', async () => {
    const ingress = ['spec', 'ingress', 0, 'from'] as const;
    const inside = await Rendered.of();
    const balanced = await Rendered.of({ service: { type: 'LoadBalancer' } });

    expect(inside.at('NetworkPolicy', ...ingress)).toHaveLength(3);
    expect(balanced.at('NetworkPolicy', ...ingress)).toBeUndefined();
  });
});
