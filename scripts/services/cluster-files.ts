import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { KUBERNETES, KWOK } from './cluster-tools.ts';
import { root } from './packages.ts';
import { writeBuiltInSchemas, writeCustomSchemas } from './kubernetes-schemas.ts';

const files = join(root, '.cache', 'cluster', 'files');

/** How kwok pretends: that the Node is ready and that pods run, end and go. */
export const stages = join(files, 'stages');
/** The custom resources that the chart can make. */
export const definitions = join(files, 'crds');
/** What kubeconform checks against. */
export const schemas = join(files, 'schemas');

const sources = {
  kubernetes: `k8s.io/kubernetes@${KUBERNETES}`,
  kwok: `sigs.k8s.io/kwok@${KWOK}`,
  gateway: 'sigs.k8s.io/gateway-api@v1.5.1',
  prometheus: 'github.com/prometheus-operator/prometheus-operator@v0.85.0',
} as const;

const stageFiles = [
  'kustomize/stage/node/fast/node-initialize.yaml',
  'kustomize/stage/node/heartbeat/node-heartbeat.yaml',
  'kustomize/stage/pod/fast/pod-ready.yaml',
  'kustomize/stage/pod/fast/pod-complete.yaml',
  'kustomize/stage/pod/fast/pod-delete.yaml',
];

const downloaded = z.object({ Dir: z.string() });

/** The folder of a Go module, from the module proxy at the first time. */
function moduleFolder(module: string): string {
  const { stdout, stderr, status } = spawnSync('go', ['mod', 'download', '-json', module], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`go mod download ${module}: ${stdout}${stderr}`);
  return downloaded.parse(JSON.parse(stdout)).Dir;
}

/** Files that modules bring beside their programs. */
export function installClusterFiles(): void {
  const complete = join(files, 'complete.json');
  const wanted = JSON.stringify({ sources, stageFiles });
  if (existsSync(complete) && readFileSync(complete, 'utf8') === wanted) return;
  rmSync(files, { recursive: true, force: true });
  for (const folder of [stages, definitions, schemas]) mkdirSync(folder, { recursive: true });
  const copy = (source: string, folder: string): string => {
    const text = readFileSync(source, 'utf8');
    writeFileSync(join(folder, basename(source)), text);
    return text;
  };
  const kwok = moduleFolder(sources.kwok);
  for (const file of stageFiles) copy(join(kwok, file), stages);
  const custom = [
    join(moduleFolder(sources.gateway), 'config/crd/standard/gateway.networking.k8s.io_httproutes.yaml'),
    join(
      moduleFolder(sources.prometheus),
      'example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml',
    ),
  ];
  for (const file of custom) writeCustomSchemas(copy(file, definitions), schemas);
  const swagger = join(moduleFolder(sources.kubernetes), 'api/openapi-spec/swagger.json');
  writeBuiltInSchemas(readFileSync(swagger, 'utf8'), schemas);
  // last: that it is there says that all the others are
  writeFileSync(complete, wanted);
}
