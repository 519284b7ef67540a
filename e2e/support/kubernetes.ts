import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { definitions, stages } from '../../scripts/services/cluster-files.ts';
import { binaries } from '../../scripts/services/cluster-tools.ts';
import { runHelm } from './helm.ts';
import { eventually, must, run, type Finished } from './run.ts';
import { startProcess, type RunningProcess } from './process.ts';
import { freePort } from './server.ts';

const READY_MS = 120_000;

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

async function startControlPlane(
  folder: string,
  kubeconfig: string,
  started: RunningProcess[],
): Promise<void> {
  const start = async (name: string, args: readonly string[], isReady: () => Promise<boolean>) => {
    const process = await startProcess(
      join(binaries, name),
      args,
      { cwd: folder, readyMs: READY_MS },
      isReady,
    );
    started.push(process);
  };
  const [clients, peers] = [await freePort(), await freePort()];
  const store = `http://127.0.0.1:${clients}`;
  const peer = `http://127.0.0.1:${peers}`;
  await start(
    'etcd',
    [
      ...[
        '--data-dir',
        join(folder, 'etcd'),
        '--listen-client-urls',
        store,
        '--advertise-client-urls',
        store,
      ],
      ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
      ...['--initial-cluster', `default=${peer}`, '--unsafe-no-fsync'],
    ],
    () => isOk(`${store}/health`),
  );

  const certificates = join(folder, 'certificates');
  mkdirSync(certificates);
  const key = join(certificates, 'service-accounts.key');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(key, privateKey.export({ type: 'pkcs1', format: 'pem' }));
  const token = randomUUID();
  const tokens = join(certificates, 'tokens.csv');
  writeFileSync(tokens, `${token},admin,admin,system:masters\n`);
  const port = await freePort();
  const authority = join(certificates, 'apiserver.crt');
  writeFileSync(kubeconfig, kubeconfigText(port, authority, token));
  await start(
    'kube-apiserver',
    [
      `--etcd-servers=${store}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      `--secure-port=${port}`,
      `--cert-dir=${certificates}`,
      '--service-cluster-ip-range=10.0.0.0/24',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-signing-key-file=${key}`,
      `--service-account-key-file=${key}`,
      `--token-auth-file=${tokens}`,
      '--authorization-mode=RBAC',
    ],
    () => isApiReady(folder, kubeconfig),
  );

  const controllers = await freePort();
  const scheduler = await freePort();
  const nodes = await freePort();
  await Promise.all([
    start(
      'kube-controller-manager',
      [
        ...[`--kubeconfig=${kubeconfig}`, '--bind-address=127.0.0.1', `--secure-port=${controllers}`],
        ...[`--service-account-private-key-file=${key}`, `--root-ca-file=${authority}`],
        ...['--leader-elect=false', `--cert-dir=${join(folder, 'controllers')}`],
        '--horizontal-pod-autoscaler-sync-period=1s',
      ],
      () => Promise.resolve(existsSync(join(folder, 'controllers', 'kube-controller-manager.crt'))),
    ),
    start(
      'kube-scheduler',
      [
        ...[`--kubeconfig=${kubeconfig}`, '--bind-address=127.0.0.1', `--secure-port=${scheduler}`],
        ...['--leader-elect=false', `--cert-dir=${join(folder, 'scheduler')}`],
      ],
      () => Promise.resolve(existsSync(join(folder, 'scheduler', 'kube-scheduler.crt'))),
    ),
    start(
      'kwok',
      [
        ...[`--kubeconfig=${kubeconfig}`, '--manage-all-nodes=true', `--server-address=127.0.0.1:${nodes}`],
        ...readdirSync(stages).map((file) => `--config=${join(stages, file)}`),
      ],
      () => isOk(`http://127.0.0.1:${nodes}/healthz`),
    ),
  ]);
}

function isOk(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** By kubectl, which trusts the certificate that the server makes for itself. */
async function isApiReady(folder: string, kubeconfig: string): Promise<boolean> {
  const args = ['--kubeconfig', kubeconfig, 'get', '--raw', '/readyz'];
  const { code } = await run(join(binaries, 'kubectl'), args, { cwd: folder });
  return code === 0;
}

/** JSON, which is YAML. */
function kubeconfigText(port: number, authority: string, token: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'test',
        cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority': authority },
      },
    ],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
    'current-context': 'test',
  });
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
