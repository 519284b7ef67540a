import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

const root = join(import.meta.dirname, '..', '..', '..');
const folder = join(root, 'deploy', 'k8s');
const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));

const object = z.object({ kind: z.string(), metadata: z.object({ name: z.string() }) });

/** The objects of a file, as `Kind/name`. */
function objectsOf(file: string): readonly string[] {
  const documents = parseAllDocuments(readFileSync(join(folder, file), 'utf8'));
  return [...documents].map((document) => {
    const { kind, metadata } = object.parse(document.toJS());
    return `${kind}/${metadata.name}`;
  });
}

// the seeds' names: 000 and 001, 003, 004
const seeds = {
  'mxcp.yml': [
    ...['Deployment/mxcp', 'Service/mxcp', 'ConfigMap/mxcp-config', 'ConfigMap/mxcp-project'],
    'NetworkPolicy/mxcp-network-policy',
  ],
  'k8s-mcpo-deployment.yml': [
    ...['Namespace/mcpo-system', 'Deployment/mcpo-mcp-server', 'Ingress/mcpo-mcp-server'],
    'HorizontalPodAutoscaler/mcpo-hpa',
  ],
  'mcp-observability.yml': [
    ...['Namespace/mcp', 'Deployment/mcp-observability-server', 'Service/mcp-observability-service'],
    ...['ConfigMap/mcp-observability-config', 'HorizontalPodAutoscaler/mcp-observability-hpa'],
  ],
} as const;

describe('deploy/k8s', () => {
  it('has the files of the seeds and no others', () => {
    expect(readdirSync(folder).sort()).toEqual(Object.keys(seeds).sort());
  });

  it.each(Object.entries(seeds))('%s has the objects of its seed', (file, names) => {
    expect(objectsOf(file)).toEqual(expect.arrayContaining([...names]));
  });

  it.each(Object.keys(seeds))(
    '%s names the image of this version, and nothing that only Helm reads',
    (file) => {
      const text = readFileSync(join(folder, file), 'utf8');

      const images = [...text.matchAll(/^ +image: '?([^'\s]+)'?$/gm)].map(([, image]) => image);
      expect(images).toEqual([`mxcp-server:${version}`]);
      expect(text).not.toMatch(/helm\.sh|managed-by|checksum\//);
    },
  );
});
