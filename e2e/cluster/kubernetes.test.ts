import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { chart, everything, manifests, presets, withValues } from '../support/chart.ts';
import { checksums, readDeployment, rolledOut } from '../support/deployment.ts';
import { startCluster, type Cluster } from '../support/kubernetes.ts';
import { eventually, must, type Finished } from '../support/run.ts';

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(async () => {
  await cluster.stop();
});

let namespaces = 0;

/** A namespace of its own, where Pod Security is `restricted`. */
async function newNamespace(): Promise<string> {
  namespaces += 1;
  await cluster.createNamespace(`test-${namespaces}`);
  return `test-${namespaces}`;
}

interface Step {
  readonly release?: string;
  readonly namespace: string;
  readonly values: object;
  readonly preset?: string;
}

const helm = (
  verb: 'install' | 'upgrade',
  { release = 'mxcp', namespace, values, preset }: Step,
  flags: readonly string[] = [],
) =>
  cluster.helm([
    ...[verb, release, chart, '--namespace', namespace, '--wait', '--timeout', '90s'],
    ...(preset === undefined ? [] : ['--values', join(chart, preset)]),
    ...withValues(cluster.folder, values),
    ...flags,
  ]);

const objects = z.array(
  z.object({ kind: z.string(), metadata: z.object({ name: z.string(), namespace: z.string().optional() }) }),
);

/** The objects of a YAML text. */
function objectsOf(text: string): z.infer<typeof objects> {
  const documents = parseAllDocuments(text);
  return objects.parse([...documents].map((document): unknown => document.toJS()).filter(Boolean));
}

/** Installs, and gives the name of the release's Deployment and the kinds of its objects, all found in the cluster. */
async function installed(step: Step): Promise<{ readonly name: string; readonly kinds: readonly string[] }> {
  const { stderr } = await succeeded(helm('install', step));
  // the API server warns where a Deployment's pods will be refused
  expect(stderr).toBe('');
  const { release = 'mxcp', namespace } = step;
  const manifest = await must(cluster.helm(['get', 'manifest', release, '--namespace', namespace]));
  const kinds = objectsOf(manifest).map(({ kind }) => kind);
  await must(cluster.kubectl(['get', '--namespace', namespace, '--filename', '-'], manifest));
  const name = objectsOf(manifest).find(({ kind }) => kind === 'Deployment')?.metadata.name ?? '';
  return { name, kinds };
}

async function succeeded(outcome: Promise<Finished>): Promise<Finished> {
  const result = await outcome;
  await must(Promise.resolve(result));
  return result;
}

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
      const namespace = await newNamespace();

      const { name, kinds } = await installed({ namespace, preset, values: {} });

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
    const namespace = await newNamespace();

    const { name, kinds } = await installed({ namespace, values: everything });

    expect([...new Set(kinds)].sort()).toEqual([
      ...['ConfigMap', 'Deployment', 'HTTPRoute', 'HorizontalPodAutoscaler', 'Ingress', 'NetworkPolicy'],
      ...['PersistentVolumeClaim', 'PodDisruptionBudget', 'Service', 'ServiceAccount', 'ServiceMonitor'],
    ]);
    expect(await rolledOut(cluster, namespace, name)).not.toEqual([]);
  });

  it('clones a project of a git repository in pods that are let in', async () => {
    const namespace = await newNamespace();
    const git = { repository: 'https://git.example.com/project.git', ref: 'v1', credentialsSecret: 'git' };

    const { name } = await installed({ namespace, values: { project: { source: 'git', git } } });

    expect(await rolledOut(cluster, namespace, name)).toHaveLength(1);
  });

  it('lets in the pod of helm test', async () => {
    const namespace = await newNamespace();
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
    const [writing, reading] = [await newNamespace(), await newNamespace()];
    await installed({ namespace: writing, values: {} });
    await installed({ namespace: reading, values: everything });

    expect((await readDeployment(cluster, writing, 'mxcp')).spec.strategy).toEqual({ type: 'Recreate' });
    expect((await readDeployment(cluster, reading, 'mxcp')).spec.strategy).toMatchObject({
      type: 'RollingUpdate',
      rollingUpdate: { maxUnavailable: '25%' },
    });
  });
});

describe('a release over its life', () => {
  const level = (name: string): object => ({ config: { content: { mxcp: 1, logging: { level: name } } } });

  it('restarts its pods for a changed configuration, and a rollback brings the former ones back', async () => {
    const namespace = await newNamespace();
    const { name } = await installed({ namespace, values: level('INFO') });
    const before = await readDeployment(cluster, namespace, name);
    const [firstPod] = await rolledOut(cluster, namespace, name);

    await succeeded(helm('upgrade', { namespace, values: level('INFO') }));
    expect((await readDeployment(cluster, namespace, name)).metadata.generation).toBe(
      before.metadata.generation,
    );

    await succeeded(helm('upgrade', { namespace, values: level('DEBUG') }));
    const [secondPod] = await rolledOut(cluster, namespace, name);
    expect(checksums(await readDeployment(cluster, namespace, name))).not.toEqual(checksums(before));
    expect(secondPod).not.toBe(firstPod);

    await succeeded(cluster.helm(['rollback', 'mxcp', '1', '--namespace', namespace, '--wait']));
    await rolledOut(cluster, namespace, name);
    expect(checksums(await readDeployment(cluster, namespace, name))).toEqual(checksums(before));
    const config = await must(
      cluster.kubectl(['get', 'configmap', 'mxcp-config', '-n', namespace, '-o', 'yaml']),
    );
    expect(config).toContain('level: INFO');
  });

  it('restarts its pods at helm upgrade for a Secret that changed since', async () => {
    const namespace = await newNamespace();
    const secret = (content: string) =>
      must(
        cluster.kubectl(
          ['apply', '--filename', '-'],
          JSON.stringify({
            apiVersion: 'v1',
            kind: 'Secret',
            metadata: { name: 'mxcp-user-file', namespace },
            stringData: { 'config.yml': content },
          }),
        ),
      );
    await secret('mxcp: 1\n');
    const values = { config: { existingSecret: 'mxcp-user-file' } };
    const { name } = await installed({ namespace, values });
    const before = await readDeployment(cluster, namespace, name);
    const [firstPod] = await rolledOut(cluster, namespace, name);

    await secret('mxcp: 1\nlogging: { level: DEBUG }\n');
    await succeeded(helm('upgrade', { namespace, values }));

    const [secondPod] = await rolledOut(cluster, namespace, name);
    expect(checksums(await readDeployment(cluster, namespace, name))).not.toEqual(checksums(before));
    expect(secondPod).not.toBe(firstPod);
  });

  it('takes a new image, and the former one back', async () => {
    const namespace = await newNamespace();
    const image = (tag: string): object => ({ image: { repository: 'registry.example.com/mxcp', tag } });
    const running = async () =>
      (await readDeployment(cluster, namespace, 'mxcp')).spec.template.spec.containers;
    await installed({ namespace, values: image('1.0.0') });

    await succeeded(helm('upgrade', { namespace, values: image('1.1.0') }));
    expect(await running()).toMatchObject([{ image: 'registry.example.com/mxcp:1.1.0' }]);

    await succeeded(cluster.helm(['rollback', 'mxcp', '--namespace', namespace, '--wait']));
    expect(await running()).toMatchObject([{ image: 'registry.example.com/mxcp:1.0.0' }]);
  });

  it('leaves its claims when it goes, and finds them when it comes back', async () => {
    const namespace = await newNamespace();
    await installed({ namespace, values: {} });
    const claims = async () =>
      must(
        cluster.kubectl([
          ...['get', 'persistentvolumeclaims', '--namespace', namespace],
          ...['--output', 'jsonpath={range .items[*]}{.metadata.name}={.spec.volumeName} {end}'],
        ]),
      );
    const before = await claims();
    expect(before).toMatch(/^mxcp-audit=\S+ mxcp-data=\S+ mxcp-drift=\S+ $/);

    await succeeded(cluster.helm(['uninstall', 'mxcp', '--namespace', namespace, '--wait']));
    expect(await claims()).toBe(before);
    const left = await must(
      cluster.kubectl(['get', 'deployments,services,configmaps,pods', '-n', namespace, '-o', 'name']),
    );
    expect(left.trim()).toBe('configmap/kube-root-ca.crt');

    await succeeded(helm('install', { namespace, values: {} }));
    expect(await claims()).toBe(before);
  });

  it('stays as it is when an upgrade is refused, by the chart or by the API server', async () => {
    const namespace = await newNamespace();
    const { name } = await installed({ namespace, values: {} });
    const before = await readDeployment(cluster, namespace, name);

    const byChart = await helm('upgrade', { namespace, values: { replicaCount: 3 } });
    expect(byChart.stderr).toContain('replicaCount: a read-write server cannot have 3 pods');
    expect(await readDeployment(cluster, namespace, name)).toEqual(before);

    // Helm has sent the other objects by then
    const values = { persistence: { data: { accessModes: ['ReadWriteMany'] } }, profile: 'staging' };
    const byServer = await helm('upgrade', { namespace, values }, ['--rollback-on-failure']);
    expect(byServer.stderr).toContain('spec is immutable after creation');
    expect((await readDeployment(cluster, namespace, name)).spec).toEqual(before.spec);
  });

  it('goes from readers to one writer and back', async () => {
    const namespace = await newNamespace();
    const off = { enabled: false };
    const readers = { readonly: true, replicaCount: 2, persistence: { data: off, audit: off, drift: off } };
    const { name } = await installed({ namespace, values: readers });
    expect(await rolledOut(cluster, namespace, name)).toHaveLength(2);

    await succeeded(helm('upgrade', { namespace, values: { readonly: false } }));
    expect((await readDeployment(cluster, namespace, name)).spec.strategy).toEqual({ type: 'Recreate' });
    expect(await rolledOut(cluster, namespace, name)).toHaveLength(1);

    await succeeded(helm('upgrade', { namespace, values: readers }));
    expect((await readDeployment(cluster, namespace, name)).spec.strategy.type).toBe('RollingUpdate');
    expect(await rolledOut(cluster, namespace, name)).toHaveLength(2);
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
    const namespace = await newNamespace();

    const refused = await helm('install', { namespace, values });

    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(message);
  });

  it('is told by the ReplicaSet when Pod Security lets no pod in', async () => {
    const namespace = await newNamespace();
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
      const namespace = own ?? (await newNamespace());
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
