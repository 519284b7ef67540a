import { join } from 'node:path';
import { expect } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { chart, withValues } from './chart.ts';
import type { Cluster } from './kubernetes.ts';
import { must, type Finished } from './run.ts';

interface Step {
  readonly release?: string;
  readonly namespace: string;
  readonly values: object;
  readonly preset?: string;
}

/** Installs the chart, or upgrades to it, and waits for its pods. */
export function helm(
  cluster: Cluster,
  verb: 'install' | 'upgrade',
  { release = 'mxcp', namespace, values, preset }: Step,
  flags: readonly string[] = [],
): Promise<Finished> {
  return cluster.helm([
    ...[verb, release, chart, '--namespace', namespace, '--wait', '--timeout', '90s'],
    ...(preset === undefined ? [] : ['--values', join(chart, preset)]),
    ...withValues(cluster.folder, values),
    ...flags,
  ]);
}

const objects = z.array(
  z.object({ kind: z.string(), metadata: z.object({ name: z.string(), namespace: z.string().optional() }) }),
);

/** The objects of a YAML text. */
export function objectsOf(text: string): z.infer<typeof objects> {
  const documents = parseAllDocuments(text);
  return objects.parse([...documents].map((document): unknown => document.toJS()).filter(Boolean));
}

/** Installs, and gives the name of the release's Deployment and the kinds of its objects, all found in the cluster. */
export async function installed(
  cluster: Cluster,
  step: Step,
): Promise<{ readonly name: string; readonly kinds: readonly string[] }> {
  const done = helm(cluster, 'install', step);
  await must(done);
  // the API server warns where a Deployment's pods will be refused
  expect((await done).stderr).toBe('');
  const { release = 'mxcp', namespace } = step;
  const manifest = await must(cluster.helm(['get', 'manifest', release, '--namespace', namespace]));
  const kinds = objectsOf(manifest).map(({ kind }) => kind);
  await must(cluster.kubectl(['get', '--namespace', namespace, '--filename', '-'], manifest));
  const name = objectsOf(manifest).find(({ kind }) => kind === 'Deployment')?.metadata.name ?? '';
  return { name, kinds };
}
