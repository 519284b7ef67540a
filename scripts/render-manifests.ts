// Writes deploy/k8s/ from the Helm chart, for those who apply plain manifests; `--check` compares instead.
// Helm is built by `npm run test:cluster`.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import prettier from 'prettier';
import { isMap, parseAllDocuments, type Document } from 'yaml';
import { binaries } from './services/cluster-tools.ts';
import { root } from './services/packages.ts';

const folder = join(root, 'deploy', 'k8s');

interface Manifest {
  readonly file: string;
  /** The release, whose name begins the names of the objects. */
  readonly release: string;
  readonly preset: string;
  /** Written into the file with its Namespace; without one `kubectl apply -n` says where. */
  readonly namespace?: string;
  /** What the file has and the preset leaves off. */
  readonly set?: readonly string[];
  /** What is to be done before it is applied. */
  readonly todo: readonly string[];
}

const image = 'Push the image and write its address into `image:` (docs/guides/kubernetes.md).';

const manifests: readonly Manifest[] = [
  {
    file: 'mxcp.yml',
    release: 'mxcp',
    preset: 'values-replicas.yaml',
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
    namespace: 'mcpo-system',
    set: [
      'ingress.enabled=true',
      'ingress.host=mcpo-api.yourdomain.com',
      'ingress.tls.secretName=mcpo-api-tls',
    ],
    todo: [
      image,
      'Write the host name of your own into the Ingress, and its certificate into Secret mcpo-api-tls.',
    ],
  },
  {
    file: 'mcp-observability.yml',
    release: 'mcp-observability',
    preset: 'values-observability.yaml',
    namespace: 'mcp',
    todo: [image],
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

function head({ file, preset, namespace, todo, set = [] }: Manifest): string {
  const where = namespace === undefined ? '' : ` --namespace ${namespace}`;
  return [
    `Made from helm/mxcp with ${preset} by \`npm run generate:manifests\`: change the chart, not this file.`,
    ...(set.length === 0 ? [] : [`Beside the preset: ${set.join(', ')}.`]),
    'A copy of it is yours to edit. Before it is applied:',
    ...todo.map((line, index) => `${index + 1}. ${line}`),
    `Then: kubectl apply -f ${file}`,
    `After a change of a ConfigMap or Secret: kubectl rollout restart deployment${where}`,
  ]
    .map((line) => `# ${line}\n`)
    .join('');
}

async function render(manifest: Manifest): Promise<string> {
  const { release, preset, namespace, set = [] } = manifest;
  const rendered = execFileSync(
    join(binaries, 'helm'),
    [
      ...['template', release, 'helm/mxcp', '--skip-tests', '--values', `helm/mxcp/${preset}`],
      ...(namespace === undefined ? [] : ['--namespace', namespace]),
      ...set.flatMap((value) => ['--set', value]),
    ],
    { cwd: root, encoding: 'utf8' },
  );
  const documents = parseAllDocuments(rendered.replaceAll(/^# Source: .*\n/gm, ''));
  if ('empty' in documents) throw new Error(`${preset} renders nothing`);
  const texts = documents.map((document) => {
    withoutHelm(document);
    if (namespace === undefined) document.deleteIn(['metadata', 'namespace']);
    else document.setIn(['metadata', 'namespace'], namespace);
    return document.toString({ directives: false });
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
