import { describe, expect, it } from 'vitest';
import { Rendered } from '../support/helm.ts';

// What the presets have of their seeds is read in deploy/k8s, which is rendered from them: test/integration/deploy.

describe('by default', () => {
  it('gives a slow start five minutes before anybody asks whether it lives', async () => {
    expect((await Rendered.of()).container('startupProbe')).toMatchObject({
      httpGet: { path: '/health/live' },
      periodSeconds: 5,
      failureThreshold: 60,
    });
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

describe('the presets', () => {
  it('values-replicas.yaml serves read-only and without sessions', async () => {
    expect((await Rendered.of({}, 'values-replicas.yaml')).container('args')).toEqual([
      ...['mxcp', 'serve', '--transport', 'http', '--profile', 'production', '--stateless', '--readonly'],
    ]);
  });

  it('values-replicas.yaml keeps figures from whoever reaches the load balancer', async () => {
    expect((await Rendered.of({}, 'values-replicas.yaml')).container('env')).toContainEqual({
      name: 'METRICS_ENABLED',
      value: 'false',
    });
  });

  it('values-mcpo.yaml does not start without the key that the seed had by default', async () => {
    expect((await Rendered.of({}, 'values-mcpo.yaml')).container('env')).toContainEqual({
      name: 'MCP_API_KEYS',
      valueFrom: { secretKeyRef: { name: 'mcpo-secrets', key: 'MCP_API_KEYS' } },
    });
  });
});
