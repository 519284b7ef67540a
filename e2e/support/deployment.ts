import { z } from 'zod';
import type { Cluster } from './kubernetes.ts';
import { eventually, must } from './run.ts';

const text = z.record(z.string(), z.string());

const deployment = z.object({
  metadata: z.object({ generation: z.number() }),
  spec: z.object({
    replicas: z.number(),
    strategy: z.looseObject({ type: z.string() }),
    template: z.object({
      metadata: z.object({ annotations: text.default({}) }),
      spec: z.object({ containers: z.array(z.looseObject({ image: z.string() })) }),
    }),
  }),
});

/** What the tests ask of a Deployment. */
export type Deployment = z.infer<typeof deployment>;

const pods = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), annotations: text.default({}) }),
      status: z.object({ phase: z.string() }),
    }),
  ),
});

/** A Deployment as the API server has it, its defaults included. */
export async function readDeployment(
  { kubectl }: Cluster,
  namespace: string,
  name: string,
): Promise<Deployment> {
  const found = await must(
    kubectl(['get', 'deployment', name, '--namespace', namespace, '--output', 'json']),
  );
  return deployment.parse(JSON.parse(found));
}

/** What a change of configuration changes in the pods' template. */
export function checksums({ spec }: Deployment): Readonly<Record<string, string>> {
  const all = Object.entries(spec.template.metadata.annotations);
  return Object.fromEntries(all.filter(([name]) => name.startsWith('checksum/')));
}

/** The server's pods that run and have this template, as soon as there are no others. */
export async function rolledOut(
  cluster: Cluster,
  namespace: string,
  name: string,
): Promise<readonly string[]> {
  await must(cluster.kubectl(['rollout', 'status', `deployment/${name}`, '-n', namespace, '--timeout=60s']));
  return eventually(`pods of ${name}, all running`, async () => {
    // each time: an autoscaler may change it meanwhile
    const { spec } = await readDeployment(cluster, namespace, name);
    const found = await must(
      cluster.kubectl([
        ...['get', 'pods', '--namespace', namespace, '--output', 'json'],
        ...['--selector', 'app.kubernetes.io/component=server'],
      ]),
    );
    const { items } = pods.parse(JSON.parse(found));
    const running = items.filter(({ status }) => status.phase === 'Running');
    return items.length === running.length && running.length === spec.replicas
      ? running.map(({ metadata }) => metadata.name)
      : undefined;
  });
}
