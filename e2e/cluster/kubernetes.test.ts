import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chart, everything, manifests, presets, withValues } from '../support/chart.ts';
import { readDeployment, rolledOut } from '../support/deployment.ts';
import { startCluster, type Cluster } from '../support/kubernetes.ts';
import { helm, installed, objectsOf } from '../support/release.ts';
import { eventually, must } from '../support/run.ts';

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(async () => {
  await cluster.stop();
});

const podsOf = {
  'values.yaml': 1,
  'values-replicas.yaml': 3,
  'values-mcpo.yaml': 2,
  'values-observability.yaml': 2,
} as const;

describe('helm install, in a namespace of the Pod Security level restricted', () => {
  it.each(Object.entries(podsOf))(
    'makes every object of %s, and as many pods as it says: %d',
    async (preset, count) => {
      const namespace = await cluster.newNamespace();

      const { name, kinds } = await installed(cluster, { namespace, preset, values: {} });

      expect(kinds).toEqual(
        expect.arrayContaining(['Deployment', 'Service', 'NetworkPolicy', 'ServiceAccount']),
      );
      // the first one of an autoscaled release is alone until the autoscaler has looked
      await eventually(`${count} replicas`, async () => {
        const { spec } = await readDeployment(cluster, namespace, name);
        return spec.replicas === count ? true : undefined;
      });
      expect(await rolledOut(cluster, namespace, name)).toHaveLength(count);
    },
  );

  it('is tried with every preset', () => {
    expect(Object.keys(podsOf).sort()).toEqual([...presets].sort());
  });

  it('makes every object that the chart knows', async () => {
    const namespace = await cluster.newNamespace();

    const { name, kinds } = await installed(cluster, { namespace, values: everything });

    expect([...new Set(kinds)].sort()).toEqual([
      ...['ConfigMap', 'Deployment', 'HTTPRoute', 'HorizontalPodAutoscaler', 'Ingress', 'NetworkPolicy'],
      ...['PersistentVolumeClaim', 'PodDisruptionBudget', 'Service', 'ServiceAccount', 'ServiceMonitor'],
    ]);
    expect(await rolledOut(cluster, namespace, name)).not.toEqual([]);
  });

  it('clones a project of a git repository in pods that are let in', async () => {
    const namespace = await cluster.newNamespace();
    const git = { repository: 'https://git.example.com/project.git', ref: 'v1', credentialsSecret: 'git' };

    const { name } = await installed(cluster, { namespace, values: { project: { source: 'git', git } } });

    expect(await rolledOut(cluster, namespace, name)).toHaveLength(1);
  });

  it('lets in the pod of helm test', async () => {
    const namespace = await cluster.newNamespace();
    const rendered = await must(cluster.helm(['template', 'mxcp', chart, '--namespace', namespace]));
    const test = rendered.split(/^---$/m).filter((text) => /^ +"?helm\.sh\/hook"?: test/m.test(text));
    expect(test).not.toEqual([]);

    const applied = await cluster.kubectl(
      ['apply', '--dry-run=server', '--validate=strict', '--namespace', namespace, '--filename', '-'],
      test.join('---\n'),
    );

    expect(applied).toMatchObject({ code: 0, stderr: '' });
  });

  it('replaces the pod of one writer, and rolls read-only ones', async () => {
    const [writing, reading] = [await cluster.newNamespace(), await cluster.newNamespace()];
    await installed(cluster, { namespace: writing, values: {} });
    await installed(cluster, { namespace: reading, values: everything });

    expect((await readDeployment(cluster, writing, 'mxcp')).spec.strategy).toEqual({ type: 'Recreate' });
    expect((await readDeployment(cluster, reading, 'mxcp')).spec.strategy).toMatchObject({
      type: 'RollingUpdate',
      rollingUpdate: { maxUnavailable: '25%' },
    });
  });
});

describe('what only the API server can tell', () => {
  it.each([
    [
      'requests above the limits',
      { resources: { requests: { memory: '3Gi' }, limits: { memory: '2Gi' } } },
      'must be less than or equal to memory limit',
    ],
    [
      'a time-out of the backend above that of the request',
      {
        httpRoute: {
          ...(everything['httpRoute'] as object),
          timeouts: { request: '10s', backendRequest: '60s' },
        },
      },
      'backendRequest timeout cannot be longer than request timeout',
    ],
    [
      'a label that is none',
      { podLabels: { team: 'data & analytics' } },
      'spec.template.labels: Invalid value: "data & analytics"',
    ],
    [
      'an operator of tolerations that there is not',
      { tolerations: [{ key: 'gpu', operator: 'Equals', value: 'yes' }] },
      'operator',
    ],
  ])('is refused: %s', async (_, values, message) => {
    const namespace = await cluster.newNamespace();

    const refused = await helm(cluster, 'install', { namespace, values });

    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(message);
  });

  it('is told by the ReplicaSet when Pod Security lets no pod in', async () => {
    const namespace = await cluster.newNamespace();
    const values = { securityContext: { allowPrivilegeEscalation: true } };

    const failed = await cluster.helm([
      ...['install', 'mxcp', chart, '--namespace', namespace, '--wait', '--timeout', '8s'],
      ...withValues(cluster.folder, values),
    ]);

    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('would violate PodSecurity');
    const told = await must(cluster.kubectl(['describe', 'replicaset', '--namespace', namespace]));
    expect(told).toContain('allowPrivilegeEscalation != false');
  });
});

describe('deploy/k8s', () => {
  it.each(readdirSync(manifests))(
    '%s is taken by kubectl apply, its pods are let in, and no second time restarts them',
    async (file) => {
      const path = join(manifests, file);
      const all = objectsOf(readFileSync(path, 'utf8'));
      const deployment = all.find(({ kind }) => kind === 'Deployment')?.metadata;
      const own = deployment?.namespace;
      const namespace = own ?? (await cluster.newNamespace());
      const apply = () =>
        cluster.kubectl([
          ...['apply', '--validate=strict', '--server-side=false', '--filename', path],
          ...(own === undefined ? ['--namespace', namespace] : []),
        ]);

      expect(await apply()).toMatchObject({ code: 0, stderr: '' });
      const name = deployment?.name ?? '';
      const pods = await rolledOut(cluster, namespace, name);
      expect(pods).not.toEqual([]);

      const again = await must(apply());
      expect(again.trim().split('\n')).toHaveLength(all.length);
      // the autoscaler may have added some since
      expect(await rolledOut(cluster, namespace, name)).toEqual(expect.arrayContaining([...pods]));
    },
  );
});
