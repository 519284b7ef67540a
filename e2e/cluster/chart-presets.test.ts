import { describe, expect, it } from 'vitest';
import { Rendered, type Values } from '../support/helm.ts';

/** Requests and limits as the seeds write them. */
function resources(cpu: readonly [string, string], memory: readonly [string, string]): Values {
  return { requests: { cpu: cpu[0], memory: memory[0] }, limits: { cpu: cpu[1], memory: memory[1] } };
}

function utilization(name: string, averageUtilization: number): Values {
  return { type: 'Resource', resource: { name, target: { type: 'Utilization', averageUtilization } } };
}

describe('by default (seed 000, with our corrections)', () => {
  it('asks the probes of the seed, and lets a slow start and a busy server live', async () => {
    const rendered = await Rendered.of();

    expect(rendered.container('startupProbe')).toMatchObject({
      httpGet: { path: '/health/live' },
      periodSeconds: 5,
      failureThreshold: 60,
    });
    expect(rendered.container('livenessProbe')).toMatchObject({
      httpGet: { path: '/health/live' },
      initialDelaySeconds: 30,
      periodSeconds: 10,
    });
    expect(rendered.container('readinessProbe')).toMatchObject({
      httpGet: { path: '/ready' },
      initialDelaySeconds: 5,
      periodSeconds: 5,
    });
  });

  it('has the resources of the seed, and time to end', async () => {
    const rendered = await Rendered.of();

    expect(rendered.container('resources')).toEqual(resources(['500m', '1000m'], ['1Gi', '2Gi']));
    expect(rendered.pod('spec', 'terminationGracePeriodSeconds')).toBe(30);
    expect(rendered.container('lifecycle', 'preStop', 'exec', 'command')).toEqual(['sleep', '5']);
  });

  it('has no privilege and nothing of the cluster', async () => {
    const rendered = await Rendered.of();

    expect(rendered.pod('spec')).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(rendered.container('securityContext')).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
    });
  });

  it('leaves the user to a cluster that chooses one (OpenShift)', async () => {
    const unset = { runAsUser: null, runAsGroup: null, fsGroup: null };
    const rendered = await Rendered.of({ podSecurityContext: unset });

    expect(rendered.pod('spec', 'securityContext')).toEqual({
      runAsNonRoot: true,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    });
  });

  it('mounts the user file of a Secret for the server alone', async () => {
    const rendered = await Rendered.of({ config: { existingSecret: 'mxcp-user' } });

    expect(rendered.pod('spec', 'volumes', 0)).toEqual({
      name: 'config',
      secret: { secretName: 'mxcp-user', defaultMode: 0o400 },
    });
    expect(rendered.container('volumeMounts', 0)).toEqual({
      name: 'config',
      mountPath: '/config',
      readOnly: true,
    });
    expect(rendered.container('env')).toContainEqual({
      name: 'MXCP_CONFIG_PATH',
      value: '/config/config.yml',
    });
  });
});

describe('values-replicas.yaml (seed 000)', () => {
  const replicas = Rendered.of({}, 'values-replicas.yaml');

  it('has the three pods of the seed behind a load balancer, read-only', async () => {
    const rendered = await replicas;

    expect(rendered.at('Deployment', 'spec', 'replicas')).toBe(3);
    expect(rendered.container('args')).toEqual([
      ...['mxcp', 'serve', '--transport', 'http', '--profile', 'production', '--stateless', '--readonly'],
    ]);
    expect(rendered.at('Service', 'spec')).toMatchObject({
      type: 'LoadBalancer',
      ports: [{ port: 80, targetPort: 8000 }],
    });
    expect(rendered.at('Service', 'spec', 'selector', 'app')).toBe('mxcp');
  });

  it('has the ConfigMaps, the Secret and the volume of the seed', async () => {
    const rendered = await replicas;

    expect(rendered.names).toEqual(
      expect.arrayContaining(['ConfigMap/mxcp-config', 'ConfigMap/mxcp-project']),
    );
    expect(rendered.container('envFrom')).toEqual([{ secretRef: { name: 'mxcp-secrets', optional: true } }]);
    expect(rendered.pod('spec', 'volumes')).toContainEqual({ name: 'data', emptyDir: { sizeLimit: '1Gi' } });
  });

  it('keeps figures from whoever reaches the load balancer', async () => {
    expect((await replicas).container('env')).toContainEqual({ name: 'METRICS_ENABLED', value: 'false' });
  });

  it('has the policy of the seed, with the names and addresses that it forgot', async () => {
    const egress = (await replicas).at('NetworkPolicy', 'spec', 'egress');

    expect((await replicas).at('NetworkPolicy', 'metadata', 'name')).toBe('mxcp-network-policy');
    expect(egress).toEqual([
      {
        ports: [
          { port: 53, protocol: 'UDP' },
          { port: 53, protocol: 'TCP' },
        ],
      },
      { ports: [{ port: 443, protocol: 'TCP' }] },
      {
        to: [{ podSelector: { matchLabels: { app: 'postgres' } } }],
        ports: [{ port: 5432, protocol: 'TCP' }],
      },
    ]);
  });
});

describe('values-mcpo.yaml (seed 003)', () => {
  it('has the autoscaler and the resources of the seed', async () => {
    const rendered = await Rendered.of({}, 'values-mcpo.yaml');

    expect(rendered.at('HorizontalPodAutoscaler', 'metadata', 'name')).toBe('mcpo-hpa');
    expect(rendered.at('HorizontalPodAutoscaler', 'spec')).toEqual({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'mcpo-mcp-server' },
      minReplicas: 2,
      maxReplicas: 10,
      metrics: [utilization('cpu', 70)],
    });
    expect(rendered.container('resources')).toEqual(resources(['500m', '1000m'], ['512Mi', '1Gi']));
  });

  it('does not start without the key that the seed had by default', async () => {
    expect((await Rendered.of({}, 'values-mcpo.yaml')).container('env')).toContainEqual({
      name: 'MCP_API_KEYS',
      valueFrom: { secretKeyRef: { name: 'mcpo-secrets', key: 'MCP_API_KEYS' } },
    });
  });
});

describe('values-observability.yaml (seed 004)', () => {
  it('has the names, the port, the resources and the autoscaler of the seed', async () => {
    const rendered = await Rendered.of({}, 'values-observability.yaml');

    expect(rendered.names).toEqual(
      expect.arrayContaining([
        'ConfigMap/mcp-observability-config',
        'Deployment/mcp-observability-server',
        'HorizontalPodAutoscaler/mcp-observability-hpa',
        'Service/mcp-observability-service',
      ]),
    );
    expect(rendered.at('Service', 'spec')).toMatchObject({
      type: 'ClusterIP',
      selector: { app: 'mcp-observability-server' },
      ports: [{ port: 3000, targetPort: 3000 }],
    });
    expect(rendered.container('env')).toEqual(
      expect.arrayContaining([
        { name: 'MCP_PORT', value: '3000' },
        { name: 'NODE_ENV', value: 'production' },
      ]),
    );
    expect(rendered.container('resources')).toEqual(resources(['100m', '500m'], ['256Mi', '512Mi']));
    expect(rendered.at('HorizontalPodAutoscaler', 'spec', 'metrics')).toEqual([
      utilization('cpu', 70),
      utilization('memory', 80),
    ]);
  });
});
