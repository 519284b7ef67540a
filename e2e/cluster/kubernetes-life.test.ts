import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checksums, readDeployment, rolledOut } from '../support/deployment.ts';
import { startCluster, type Cluster } from '../support/kubernetes.ts';
import { helm, installed } from '../support/release.ts';
import { must } from '../support/run.ts';

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(async () => {
  await cluster.stop();
});

describe('a release over its life', () => {
  const level = (name: string): object => ({ config: { content: { mxcp: 1, logging: { level: name } } } });

  it('restarts its pods for a changed configuration, and a rollback brings the former ones back', async () => {
    const namespace = await cluster.newNamespace();
    const { name } = await installed(cluster, { namespace, values: level('INFO') });
    const before = await readDeployment(cluster, namespace, name);
    const [firstPod] = await rolledOut(cluster, namespace, name);

    await must(helm(cluster, 'upgrade', { namespace, values: level('INFO') }));
    expect((await readDeployment(cluster, namespace, name)).metadata.generation).toBe(
      before.metadata.generation,
    );

    await must(helm(cluster, 'upgrade', { namespace, values: level('DEBUG') }));
    const [secondPod] = await rolledOut(cluster, namespace, name);
    expect(checksums(await readDeployment(cluster, namespace, name))).not.toEqual(checksums(before));
    expect(secondPod).not.toBe(firstPod);

    await must(cluster.helm(['rollback', 'mxcp', '1', '--namespace', namespace, '--wait']));
    await rolledOut(cluster, namespace, name);
    expect(checksums(await readDeployment(cluster, namespace, name))).toEqual(checksums(before));
    const config = await must(
      cluster.kubectl(['get', 'configmap', 'mxcp-config', '-n', namespace, '-o', 'yaml']),
    );
    expect(config).toContain('level: INFO');
  });

  it('restarts its pods at helm upgrade for a Secret that changed since', async () => {
    const namespace = await cluster.newNamespace();
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
    const { name } = await installed(cluster, { namespace, values });
    const before = await readDeployment(cluster, namespace, name);
    const [firstPod] = await rolledOut(cluster, namespace, name);

    await secret('mxcp: 1\nlogging: { level: DEBUG }\n');
    await must(helm(cluster, 'upgrade', { namespace, values }));

    const [secondPod] = await rolledOut(cluster, namespace, name);
    expect(checksums(await readDeployment(cluster, namespace, name))).not.toEqual(checksums(before));
    expect(secondPod).not.toBe(firstPod);
  });

  it('takes a new image, and the former one back', async () => {
    const namespace = await cluster.newNamespace();
    const image = (tag: string): object => ({ image: { repository: 'registry.example.com/mxcp', tag } });
    const running = async () =>
      (await readDeployment(cluster, namespace, 'mxcp')).spec.template.spec.containers;
    await installed(cluster, { namespace, values: image('1.0.0') });

    await must(helm(cluster, 'upgrade', { namespace, values: image('1.1.0') }));
    expect(await running()).toMatchObject([{ image: 'registry.example.com/mxcp:1.1.0' }]);

    await must(cluster.helm(['rollback', 'mxcp', '--namespace', namespace, '--wait']));
    expect(await running()).toMatchObject([{ image: 'registry.example.com/mxcp:1.0.0' }]);
  });

  it('leaves its claims when it goes, and finds them when it comes back', async () => {
    const namespace = await cluster.newNamespace();
    await installed(cluster, { namespace, values: {} });
    const claims = async () =>
      must(
        cluster.kubectl([
          ...['get', 'persistentvolumeclaims', '--namespace', namespace],
          ...['--output', 'jsonpath={range .items[*]}{.metadata.name}={.spec.volumeName} {end}'],
        ]),
      );
    const before = await claims();
    expect(before).toMatch(/^mxcp-audit=\S+ mxcp-data=\S+ mxcp-drift=\S+ $/);

    await must(cluster.helm(['uninstall', 'mxcp', '--namespace', namespace, '--wait']));
    expect(await claims()).toBe(before);
    const left = await must(
      cluster.kubectl(['get', 'deployments,services,configmaps,pods', '-n', namespace, '-o', 'name']),
    );
    expect(left.trim()).toBe('configmap/kube-root-ca.crt');

    await must(helm(cluster, 'install', { namespace, values: {} }));
    expect(await claims()).toBe(before);
  });

  it('stays as it is when an upgrade is refused, by the chart or by the API server', async () => {
    const namespace = await cluster.newNamespace();
    const { name } = await installed(cluster, { namespace, values: {} });
    const before = await readDeployment(cluster, namespace, name);

    const byChart = await helm(cluster, 'upgrade', { namespace, values: { replicaCount: 3 } });
    expect(byChart.stderr).toContain('replicaCount: a read-write server cannot have 3 pods');
    expect(await readDeployment(cluster, namespace, name)).toEqual(before);

    // Helm has sent the other objects by then
    const values = { persistence: { data: { accessModes: ['ReadWriteMany'] } }, profile: 'staging' };
    const byServer = await helm(cluster, 'upgrade', { namespace, values }, ['--rollback-on-failure']);
    expect(byServer.stderr).toContain('spec is immutable after creation');
    expect((await readDeployment(cluster, namespace, name)).spec).toEqual(before.spec);
  });

  it('goes from readers to one writer and back', async () => {
    const namespace = await cluster.newNamespace();
    const off = { enabled: false };
    const readers = { readonly: true, replicaCount: 2, persistence: { data: off, audit: off, drift: off } };
    const { name } = await installed(cluster, { namespace, values: readers });
    expect(await rolledOut(cluster, namespace, name)).toHaveLength(2);

    await must(helm(cluster, 'upgrade', { namespace, values: { readonly: false } }));
    expect((await readDeployment(cluster, namespace, name)).spec.strategy).toEqual({ type: 'Recreate' });
    expect(await rolledOut(cluster, namespace, name)).toHaveLength(1);

    await must(helm(cluster, 'upgrade', { namespace, values: readers }));
    expect((await readDeployment(cluster, namespace, name)).spec.strategy.type).toBe('RollingUpdate');
    expect(await rolledOut(cluster, namespace, name)).toHaveLength(2);
  });
});
