// Writes deploy/k8s/ from the Helm chart, for those who apply plain manifests; `--check` compares instead.
// Helm is built by `npm run test:cluster`.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import prettier from 'prettier';
import { isMap, isScalar, isSeq, parseAllDocuments, Scalar, type Document } from 'yaml';
import { binaries } from './services/cluster-tools.ts';
import { root } from './services/packages.ts';

const folder = join(root, 'deploy', 'k8s');

interface Manifest {
  readonly file: string;
  /** The release, whose name begins the names of the objects. */
  readonly release: string;
  readonly preset: string;
  readonly deployment: string;
  /** Written into the file with its Namespace; without one `kubectl apply -n` says where. */
  readonly namespace?: string;
  /** What is to be done before it is applied. */
  readonly todo: readonly string[];
}

const image = 'Push the image and write its address into `image:` (docs/guides/kubernetes.md).';
const withProject = 'Build an image with your project in it, push it, and write its address into `image:`.';

const manifests: readonly Manifest[] = [
  {
    file: 'mxcp.yml',
    release: 'mxcp',
    preset: 'values-replicas.yaml',
    deployment: 'mxcp',
    todo: [
      image,
      'Put your project into ConfigMap mxcp-project and your settings into ConfigMap mxcp-config.',
      'Secrets go into Secret mxcp-secrets: kubectl create secret generic mxcp-secrets --from-literal=NAME=value',
    ],
  },
  {
    file: 'k8s-mcpo-deployment.yml',
    release: 'mcpo',
    preset: 'values-mcpo.yaml',
    deployment: 'mcpo-mcp-server',
    namespace: 'mcpo-system',
    todo: [
      withProject,
      'Write your own host name into the Ingress, and its certificate into Secret mcpo-tls.',
      'Make the API keys; the pods wait for them: kubectl create namespace mcpo-system; kubectl create secret',
      '  generic mcpo-secrets --namespace mcpo-system --from-literal=MCP_API_KEYS=ci=<mxcp apikey generate>',
    ],
  },
  {
    file: 'mcp-observability.yml',
    release: 'mcp-observability',
    preset: 'values-observability.yaml',
    deployment: 'mcp-observability-server',
    namespace: 'mcp',
    todo: [withProject],
  },
];

/** What only Helm reads, or what only Helm keeps current. */
const helmOnly = /^(helm\.sh\/|checksum\/|app\.kubernetes\.io\/managed-by$)/;

function withoutHelm(document: Document): void {
  for (const place of [['metadata'], ['spec', 'template', 'metadata']]) {
    for (const group of ['labels', 'annotations']) {
      const map = document.getIn([...place, group]);
      if (!isMap<{ readonly value: string }>(map)) continue;
      map.items = map.items.filter(({ key }) => !helmOnly.test(key.value));
      if (map.items.length === 0) document.deleteIn([...place, group]);
    }
  }
}

/** The NetworkPolicy lets the pod of `helm test` in, which there is not here. */
function withoutTest(document: Document): void {
  const peers = document.getIn(['spec', 'ingress', 0, 'from']);
  if (!isSeq(peers)) return;
  peers.items = peers.items.filter((peer) => !JSON.stringify(peer).includes('"test"'));
  // the comment above the first peer is about that one
  peers.commentBefore = null;
}

/** Files in a ConfigMap as they are read and edited, line by line. */
function withLines(document: Document): void {
  const data = document.get('data');
  if (!isMap(data)) return;
  for (const { value } of data.items) {
    if (isScalar<string>(value)) value.type = Scalar.BLOCK_LITERAL;
  }
}

/** Pods are refused that break the strictest level of Kubernetes' Pod Security, which these files keep to. */
const namespaceText = (name: string): string =>
  [
    'apiVersion: v1',
    'kind: Namespace',
    'metadata:',
    `  name: ${name}`,
    '  labels:',
    '    # these pods need no more',
    '    pod-security.kubernetes.io/enforce: restricted',
    '',
  ].join('\n');

function head({ file, preset, deployment, namespace, todo }: Manifest): string {
  const where = namespace === undefined ? '' : ` --namespace ${namespace}`;
  return [
    `Made from helm/mxcp with ${preset} by \`npm run generate:manifests\`: change the chart, not this file.`,
    'A copy of it is yours to edit. Before it is applied:',
    ...todo.map((line) => (line.startsWith(' ') ? line : `- ${line}`)),
    `Then: kubectl apply -f ${file}`,
    `After a change of a ConfigMap or Secret: kubectl rollout restart deployment/${deployment}${where}`,
  ]
    .map((line) => `# ${line}\n`)
    .join('');
}

async function render(manifest: Manifest): Promise<string> {
  const { release, preset, namespace } = manifest;
  const rendered = execFileSync(
    join(binaries, 'helm'),
    [
      ...['template', release, 'helm/mxcp', '--skip-tests', '--values', `helm/mxcp/${preset}`],
      ...(namespace === undefined ? [] : ['--namespace', namespace]),
    ],
    { cwd: root, encoding: 'utf8' },
  );
  const documents = parseAllDocuments(rendered.replaceAll(/^# Source: .*\n/gm, ''));
  if ('empty' in documents) throw new Error(`${preset} renders nothing`);
  const texts = documents.map((document) => {
    withoutHelm(document);
    withoutTest(document);
    withLines(document);
    if (namespace === undefined) document.deleteIn(['metadata', 'namespace']);
    else document.setIn(['metadata', 'namespace'], namespace);
    return document.toString({ directives: false, lineWidth: 0 });
  });
  const all = namespace === undefined ? texts : [namespaceText(namespace), ...texts];
  return prettier.format(`${head(manifest)}---\n${all.join('---\n')}`, {
    ...(await prettier.resolveConfig(folder)),
    parser: 'yaml',
  });
}

mkdirSync(folder, { recursive: true });
for (const manifest of manifests) {
  const text = await render(manifest);
  const path = join(folder, manifest.file);
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  if (process.argv.includes('--check')) {
    console.error(`deploy/k8s/${manifest.file} is stale: run npm run generate:manifests`);
    process.exitCode = 1;
  } else writeFileSync(path, text);
}
