import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { installed, must, root } from './packages.ts';

const tools = join(root, 'e2e', 'cluster', 'tools');

/** Where the programs lie that the cluster tests start. */
export const binaries = join(root, '.cache', 'cluster', 'bin');

export const KUBERNETES = 'v1.36.3';
export const KWOK = 'v0.8.0';

const [, major, minor] = /^v(\d+)\.(\d+)/.exec(KUBERNETES) ?? [];
const version = 'k8s.io/component-base/version.';
// without it the programs say v0.0.0, and Helm believes them
const stamp = `-X ${version}gitVersion=${KUBERNETES} -X ${version}gitMajor=${major} -X ${version}gitMinor=${minor}`;
const kubernetes = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl'];

interface GoModule {
  /** Its folder below `e2e/cluster/tools`. */
  readonly folder: string;
  readonly programs: Readonly<Record<string, string>>;
  readonly ldflags?: string;
}

/** Programs whose own modules replace requirements, which `go install` refuses. */
const modules: readonly GoModule[] = [
  {
    folder: 'kube',
    programs: Object.fromEntries(kubernetes.map((name) => [name, `k8s.io/kubernetes/cmd/${name}`])),
    ldflags: stamp,
  },
  { folder: 'etcd', programs: { etcd: 'go.etcd.io/etcd/server/v3' } },
  { folder: 'compose', programs: { 'docker-compose': 'github.com/docker/compose/v2/cmd' } },
  // written by OpenTelemetry's builder from builder.yaml, with the parts that our configuration names
  { folder: 'collector', programs: { 'otelcol-test': '.' } },
];

const published: Readonly<Record<string, string>> = {
  helm: 'helm.sh/helm/v4/cmd/helm@v4.3.1',
  kwok: `sigs.k8s.io/kwok/cmd/kwok@${KWOK}`,
  kubeconform: 'github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0',
};

const missing = (program: string): boolean => !existsSync(join(binaries, program));

/** Builds what is not there yet from Go modules: about ten minutes on two cores the first time. */
export function installClusterTools(): void {
  mkdirSync(binaries, { recursive: true });
  const wanted = [...Object.keys(published), ...modules.flatMap(({ programs }) => Object.keys(programs))];
  if (!wanted.some(missing)) return;
  if (!installed('go')) throw new Error('The cluster tests build their tools with Go; install Go 1.26.');
  for (const { folder, programs, ldflags = '' } of modules) {
    for (const [name, path] of Object.entries(programs).filter(([program]) => missing(program))) {
      const flags = ['-tags', 'tools', '-trimpath', '-ldflags', `-s -w ${ldflags}`];
      console.log(`Building ${name} ...`);
      must('go', ['build', ...flags, '-o', join(binaries, name), path], { cwd: join(tools, folder) });
    }
  }
  for (const [name, path] of Object.entries(published).filter(([program]) => missing(program))) {
    console.log(`Building ${name} ...`);
    must('go', ['install', '-trimpath', '-ldflags', '-s -w', path], { env: { GOBIN: binaries } });
  }
}
