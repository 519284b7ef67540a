import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './command.ts';

export const chart = join(repository, 'helm', 'mxcp');
export const manifests = join(repository, 'deploy', 'k8s');

/** The chart's presets by file name; `values.yaml` is the chart without one. */
export const presets: readonly string[] = readdirSync(chart).filter((file) => /^values.*\.yaml$/.test(file));

/** A read-only release with each object on that a release may have, beside claims. */
export const everything: Readonly<Record<string, unknown>> = {
  readonly: true,
  stateless: true,
  config: { content: { mxcp: 1 } },
  persistence: {
    data: { enabled: false },
    audit: { accessModes: ['ReadWriteMany'] },
    drift: { enabled: false },
  },
  autoscaling: { enabled: true },
  ingress: { enabled: true, host: 'mcp.example.com', tls: { secretName: 'mcp-tls' } },
  httpRoute: {
    enabled: true,
    hostnames: ['mcp.example.com'],
    parentRefs: [{ name: 'public', namespace: 'gateways' }],
  },
  metrics: { serviceMonitor: { enabled: true } },
  networkPolicy: { egress: [{ ports: [{ port: 5432 }] }] },
  podDisruptionBudget: { enabled: true },
};

let written = 0;

/** A values file of a test, as JSON, which is YAML; the arguments that name it. */
export function withValues(folder: string, values: object): readonly string[] {
  written += 1;
  const file = join(folder, `values-${written}.json`);
  writeFileSync(file, JSON.stringify(values));
  return ['--values', file];
}
