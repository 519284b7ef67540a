import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { schemas } from '../../scripts/services/cluster-files.ts';
import { binaries } from '../../scripts/services/cluster-tools.ts';
import { root } from '../../scripts/services/packages.ts';
import { chart, everything, manifests, presets, withValues } from '../support/chart.ts';
import { must, run } from '../support/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'mxcp-manifests-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const kubeconform = (args: readonly string[], input = '') =>
  run(
    join(binaries, 'kubeconform'),
    [
      ...['-strict', '-output', 'json'],
      ...['-schema-location', join(schemas, '{{.ResourceKind}}{{.KindSuffix}}.json'), ...args],
    ],
    { cwd: root, input },
  );

const rendered = (args: readonly string[]) =>
  must(run(join(binaries, 'helm'), ['template', 'mxcp', chart, ...args], { cwd: root }));

describe('kubeconform, with the schemas of the API server and of the custom resources', () => {
  it.each(presets)('accepts what the chart renders with %s', async (preset) => {
    const checked = await kubeconform([], await rendered(['--values', join(chart, preset)]));

    expect(checked).toMatchObject({ code: 0, stderr: '' });
  });

  it('accepts every object of the chart', async () => {
    const text = await rendered(withValues(folder, everything));

    const checked = await kubeconform(['-verbose'], text);

    expect(checked).toMatchObject({ code: 0, stderr: '' });
    const kinds = [...checked.stdout.matchAll(/"kind": "(\w+)"/g)].map(([, kind]) => kind);
    expect(kinds).toEqual(
      expect.arrayContaining(['HTTPRoute', 'ServiceMonitor', 'Ingress', 'NetworkPolicy', 'Deployment']),
    );
  });

  it.each(readdirSync(manifests))('accepts deploy/k8s/%s', async (file) => {
    expect(await kubeconform([join(manifests, file)])).toMatchObject({ code: 0, stderr: '' });
  });

  it.each([
    ['replicas: 3', 'replicas: three', 'replicas'],
    ['terminationGracePeriodSeconds', 'terminationGracePeriod', 'terminationGracePeriod'],
    ['parentRefs:', 'parents:', 'parents'],
    ['interval: 30s', 'interval: often', 'interval'],
    ['kind: HTTPRoute', 'kind: HttpsRoute', 'could not find schema'],
  ])('refuses a manifest with %s written as %s', async (right, wrong, said) => {
    const text = await rendered(
      withValues(folder, { ...everything, autoscaling: { enabled: false }, replicaCount: 3 }),
    );
    expect(text).toContain(right);

    const checked = await kubeconform([], text.replace(right, wrong));

    expect(checked.code).toBe(1);
    expect(checked.stdout).toContain(said);
  });
});

describe('deploy/k8s', () => {
  it('is what the chart renders now', async () => {
    const script = join(root, 'scripts', 'render-manifests.ts');

    expect(await run(process.execPath, [script, '--check'], { cwd: root })).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });
});
