import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { binaries } from '../../scripts/services/cluster-tools.ts';
import { chart } from './chart.ts';
import { must, run, type Finished } from './run.ts';

/** One Kubernetes object, or a part of one. */
export type Values = Readonly<Record<string, unknown>>;

/** Runs Helm against a cluster, with nothing of the user's own Helm settings. */
export function runHelm(args: readonly string[], folder: string, kubeconfig: string): Promise<Finished> {
  const homes = { HELM_CACHE_HOME: folder, HELM_CONFIG_HOME: folder, HELM_DATA_HOME: folder };
  const env = { ...process.env, ...homes, KUBECONFIG: kubeconfig };
  return run(join(binaries, 'helm'), args, { cwd: folder, env });
}

/** Runs Helm with values, which it reads from a file as users write one; no cluster is asked. */
export async function helm(args: readonly string[], values: Values = {}, preset?: string): Promise<Finished> {
  const folder = mkdtempSync(join(tmpdir(), 'mxcp-helm-'));
  try {
    const file = join(folder, 'values.json');
    writeFileSync(file, JSON.stringify(values));
    const files = preset === undefined ? [file] : [join(chart, preset), file];
    const given = files.flatMap((path) => ['--values', path]);
    return await runHelm([...args, ...given], folder, join(folder, 'none'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The objects of the chart for a release named `mxcp`. */
export class Rendered {
  constructor(private readonly objects: readonly Values[]) {}

  static async of(values: Values = {}, preset?: string): Promise<Rendered> {
    const stdout = await must(helm(['template', 'mxcp', chart], values, preset));
    // Helm and the API server read YAML 1.1
    const documents = parseAllDocuments(stdout, { version: '1.1', merge: true });
    return new Rendered(
      documents.map((document) => document.toJS() as Values | null).filter((it) => it !== null),
    );
  }

  /** `Kind/name` of every object, sorted. */
  get names(): readonly string[] {
    return this.objects.map((it) => `${String(it['kind'])}/${String(at(it, 'metadata', 'name'))}`).sort();
  }

  /** What lies at a path of the only object of a kind. */
  at(kind: string, ...path: readonly (string | number)[]): unknown {
    const [found, ...more] = this.objects.filter((it) => it['kind'] === kind);
    if (found === undefined || more.length > 0) throw new Error(`Not one ${kind}: ${this.names.join(', ')}`);
    return at(found, ...path);
  }

  /** The `data` of a ConfigMap. */
  configMap(name: string): unknown {
    return at(
      this.objects.find((it) => it['kind'] === 'ConfigMap' && at(it, 'metadata', 'name') === name),
      'data',
    );
  }

  /** What lies at a path of the Deployment's pods. */
  pod(...path: readonly (string | number)[]): unknown {
    return this.at('Deployment', 'spec', 'template', ...path);
  }

  container(...path: readonly (string | number)[]): unknown {
    return this.pod('spec', 'containers', 0, ...path);
  }
}

/** What lies at a path of a document; undefined where there is nothing. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Values)[key] : undefined),
    value,
  );
}

/** Runs what a container of the chart runs, in a folder that stands for its working directory. */
export function runContainer(
  container: unknown,
  env: Readonly<Record<string, string>>,
  cwd: string,
): Promise<Finished> {
  const [program, ...options] = at(container, 'command') as readonly [string, ...string[]];
  const given = (at(container, 'env') as readonly Values[]).filter(({ value }) => value !== undefined);
  const own = Object.fromEntries(given.map(({ name, value }) => [String(name), String(value)]));
  return run(program, [...options, ...(at(container, 'args') as readonly string[])], {
    cwd,
    env: { ...process.env, ...own, ...env },
  });
}
