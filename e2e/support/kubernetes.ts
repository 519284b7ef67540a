import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { definitions } from '../../scripts/services/cluster-files.ts';
import { binaries } from '../../scripts/services/cluster-tools.ts';
import { startControlPlane } from './control-plane.ts';
import { runHelm } from './helm.ts';
import type { RunningProcess } from './process.ts';
import { eventually, must, run, type Finished } from './run.ts';

/**
 * A real Kubernetes control plane: etcd, API server, controller manager and scheduler. No machine runs its pods:
 * kwok pretends to be their Node, so objects, admission, roll-outs and bindings are real, containers and probes not.
 */
export interface Cluster {
  readonly folder: string;
  readonly kubectl: (args: readonly string[], input?: string) => Promise<Finished>;
  readonly helm: (args: readonly string[]) => Promise<Finished>;
  /** Makes a namespace that lets only pods of the Pod Security level `restricted` in; its name. */
  newNamespace(): Promise<string>;
  /** Stops it in the order that lets each end, and deletes its folder. */
  stop(): Promise<void>;
}

/** Starts it on free ports of 127.0.0.1. */
export async function startCluster(): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'mxcp-cluster-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const started: RunningProcess[] = [];
  let namespaces = 0;
  const stop = async (): Promise<void> => {
    // etcd last: an API server without it does not end
    for (const process of started.reverse()) await process.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const kubectl = (args: readonly string[], input?: string): Promise<Finished> =>
    run(join(binaries, 'kubectl'), ['--kubeconfig', kubeconfig, ...args], { cwd: folder, input });
  const cluster: Cluster = {
    folder,
    kubectl,
    helm: (args) => runHelm(args, folder, kubeconfig),
    newNamespace: async () => {
      namespaces += 1;
      const name = `test-${namespaces}`;
      await createNamespace(kubectl, name);
      return name;
    },
    stop,
  };
  try {
    await startControlPlane(folder, kubeconfig, started);
    await prepare(cluster);
  } catch (error) {
    await stop();
    throw error;
  }
  return cluster;
}

/** Gives it custom resources, a Node, and volumes for claims, which nothing else would make. */
async function prepare(cluster: Cluster): Promise<void> {
  for (const file of readdirSync(definitions)) {
    // the file is over the size that fits into the annotation of a client-side apply
    await must(cluster.kubectl(['apply', '--server-side', '-f', join(definitions, file)]));
  }
  await must(cluster.kubectl(['wait', 'crd', '--all', '--for=condition=Established', '--timeout=30s']));
  const objects = [node(), ...Array.from({ length: 60 }, (_, index) => volume(`volume-${index}`))];
  await must(
    cluster.kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })),
  );
  await must(cluster.kubectl(['wait', 'node', '--all', '--for=condition=Ready', '--timeout=60s']));
}

function node(): object {
  const room = { cpu: '1000', memory: '1000Gi', pods: '1000' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'pretended', labels: { 'kubernetes.io/hostname': 'pretended' } },
    status: { allocatable: room, capacity: room },
  };
}

function volume(name: string): object {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: {
      capacity: { storage: '10Gi' },
      accessModes: ['ReadWriteOnce', 'ReadWriteMany'],
      hostPath: { path: `/nowhere/${name}` },
    },
  };
}

async function createNamespace(kubectl: Cluster['kubectl'], name: string): Promise<void> {
  const level = 'restricted';
  const labels = {
    'pod-security.kubernetes.io/enforce': level,
    'pod-security.kubernetes.io/warn': level,
  };
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
  await must(kubectl(['apply', '-f', '-'], JSON.stringify(namespace)));
  // pods are refused until the controller has made it
  await eventually(`service account of ${name}`, async () => {
    const { code } = await kubectl(['get', 'serviceaccount', 'default', '-n', name]);
    return code === 0 ? true : undefined;
  });
}
