import { describe, expect, it } from 'vitest';
import { chart } from '../support/chart.ts';
import { helm, type Values } from '../support/helm.ts';
import { must } from '../support/run.ts';

/** What `helm install` prints after it. */
async function notes(values: Values = {}, preset?: string): Promise<string> {
  const stdout = await must(helm(['install', 'mxcp', chart, '--dry-run=client'], values, preset));
  return stdout.slice(stdout.indexOf('NOTES:'));
}

const host = { enabled: true, host: 'mcp.example.com' };
const shared = { accessModes: ['ReadWriteMany'] };

describe('the notes after an installation', () => {
  it('say how to watch, try and reach the server', async () => {
    const text = await notes();

    expect(text).toContain('kubectl rollout status deployment/mxcp --namespace default');
    expect(text).toContain('helm test mxcp --namespace default --logs');
    expect(text).toContain('kubectl port-forward service/mxcp 8000:80 --namespace default');
  });

  it('name the address behind an Ingress, and what config.yml has to say of it', async () => {
    const text = await notes({ ingress: { ...host, tls: { secretName: 'tls' } } });

    expect(text).toContain('https://mcp.example.com/mcp');
    expect(text).toContain('base_url: "https://mcp.example.com", trust_proxy: true');
    expect(text).not.toContain('no TLS');
  });

  it.each([
    { of: 'an image without a project', values: {}, says: 'has no project' },
    { of: 'a server that asks nobody', values: {}, says: 'until there are API keys' },
    { of: 'an Ingress without TLS', values: { ingress: host }, says: 'the Ingress has no TLS' },
    {
      of: 'a Service that opens every path',
      values: { service: { type: 'NodePort' } },
      says: 'a NodePort Service opens every path',
    },
    {
      of: 'sessions that other pods do not know',
      values: {
        replicaCount: 2,
        readonly: true,
        persistence: { data: shared, audit: shared, drift: shared },
      },
      says: 'stateless: true, or service.sessionAffinity: ClientIP',
    },
    {
      of: 'audit records that do not last',
      values: { persistence: { audit: { enabled: false } } },
      says: 'Audit records are lost with their pod',
    },
    { of: 'an open network', values: { networkPolicy: { enabled: false } }, says: 'no NetworkPolicy' },
  ])('warn of $of', async ({ values, says }) => {
    expect((await notes(values)).replaceAll('\n', ' ')).toContain(says);
  });

  it('warn of none of these where there is nothing to warn of', async () => {
    const text = await notes({
      image: { repository: 'registry.example.com/sales' },
      config: { existingSecret: 'mxcp-user' },
      ingress: { ...host, tls: { secretName: 'tls' } },
    });

    expect(text).not.toContain('WARNING');
  });

  it('tell several pods what they must have in common', async () => {
    const text = await notes({}, 'values-replicas.yaml');

    expect(text).toContain('MXCP_REQUEST_STATE_KEY');
    expect(text).toContain('REDIS_URL');
  });
});
