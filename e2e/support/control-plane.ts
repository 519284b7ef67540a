import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stages } from '../../scripts/services/cluster-files.ts';
import { binaries } from '../../scripts/services/cluster-tools.ts';
import { startProcess, type RunningProcess } from './process.ts';
import { run } from './run.ts';
import { freePort } from './server.ts';

const READY_MS = 120_000;

interface Place {
  readonly folder: string;
  readonly kubeconfig: string;
  readonly start: (name: string, args: readonly string[], isReady: () => Promise<boolean>) => Promise<void>;
}

/** What the API server and the controllers have in common. */
interface Certificates {
  readonly folder: string;
  /** That of the API server, which it makes for itself. */
  readonly authority: string;
  /** Signs the tokens of service accounts. */
  readonly key: string;
}

/** Starts the programs of a control plane, each when what it needs is ready, and notes them in `started`. */
export async function startControlPlane(
  folder: string,
  kubeconfig: string,
  started: RunningProcess[],
): Promise<void> {
  const place: Place = {
    folder,
    kubeconfig,
    start: async (name, args, isReady) => {
      const options = { cwd: folder, readyMs: READY_MS };
      started.push(await startProcess(join(binaries, name), args, options, isReady));
    },
  };
  const certificates = makeCertificates(folder);
  await startApiServer(place, certificates, await startStore(place));
  await startControllers(place, certificates);
}

function makeCertificates(folder: string): Certificates {
  const certificates = join(folder, 'certificates');
  mkdirSync(certificates);
  const key = join(certificates, 'service-accounts.key');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(key, privateKey.export({ type: 'pkcs1', format: 'pem' }));
  return { folder: certificates, authority: join(certificates, 'apiserver.crt'), key };
}

/** etcd; its URL. */
async function startStore({ folder, start }: Place): Promise<string> {
  const [clients, peers] = [await freePort(), await freePort()];
  const store = `http://127.0.0.1:${clients}`;
  const peer = `http://127.0.0.1:${peers}`;
  await start(
    'etcd',
    [
      `--data-dir=${join(folder, 'etcd')}`,
      ...[`--listen-client-urls=${store}`, `--advertise-client-urls=${store}`],
      ...[`--listen-peer-urls=${peer}`, `--initial-advertise-peer-urls=${peer}`],
      ...[`--initial-cluster=default=${peer}`, '--unsafe-no-fsync'],
    ],
    () => isOk(`${store}/health`),
  );
  return store;
}

async function startApiServer(
  { folder, kubeconfig, start }: Place,
  certificates: Certificates,
  store: string,
): Promise<void> {
  const token = randomUUID();
  const tokens = join(certificates.folder, 'tokens.csv');
  writeFileSync(tokens, `${token},admin,admin,system:masters\n`);
  const port = await freePort();
  writeFileSync(kubeconfig, kubeconfigText(port, certificates.authority, token));
  await start(
    'kube-apiserver',
    [
      ...[`--etcd-servers=${store}`, '--bind-address=127.0.0.1', '--advertise-address=127.0.0.1'],
      ...[`--secure-port=${port}`, `--cert-dir=${certificates.folder}`],
      ...['--service-cluster-ip-range=10.0.0.0/24', '--authorization-mode=RBAC'],
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-signing-key-file=${certificates.key}`,
      `--service-account-key-file=${certificates.key}`,
      `--token-auth-file=${tokens}`,
    ],
    () => isApiReady(folder, kubeconfig),
  );
}

/** Controller manager and scheduler, and kwok, which pretends to be the Node. */
async function startControllers(
  { folder, kubeconfig, start }: Place,
  { authority, key }: Certificates,
): Promise<void> {
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
