import { describe, expect, it } from 'vitest';
import { chart, helm, type Values } from '../support/helm.ts';

interface Wrong {
  readonly mistake: string;
  readonly values: Values;
  /** Parts of the message: where, and what to do or what is allowed. */
  readonly says: readonly string[];
}

/** What each value may be, which `values.schema.json` says. */
const bySchema: readonly Wrong[] = [
  {
    mistake: 'a key that no template reads',
    values: { replicas: 3 },
    says: ["additional properties 'replicas' not allowed"],
  },
  {
    mistake: 'an unknown key further in',
    values: { persistence: { data: { storageClassName: 'fast' } } },
    says: ["'/persistence/data'", "additional properties 'storageClassName' not allowed"],
  },
  {
    mistake: 'a number as text',
    values: { replicaCount: 'three' },
    says: ["'/replicaCount'", 'got string, want integer'],
  },
  {
    mistake: 'a negative number of pods',
    values: { replicaCount: -1 },
    says: ["'/replicaCount'", 'minimum'],
  },
  {
    mistake: 'a flag as text',
    values: { readonly: 'true' },
    says: ["'/readonly'", 'got string, want boolean'],
  },
  {
    mistake: 'less time to end than the server takes',
    values: { terminationGracePeriodSeconds: 10 },
    says: ["'/terminationGracePeriodSeconds'", 'minimum: got 10, want 30'],
  },
  {
    mistake: 'a port of privileged programs',
    values: { containerPort: 80 },
    says: ["'/containerPort'", 'minimum: got 80, want 1,024'],
  },
  {
    mistake: 'a port that no machine has',
    values: { service: { port: 80000 } },
    says: ["'/service/port'", 'maximum: got 80,000, want 65,535'],
  },
  {
    mistake: 'a type of Service that does not exist',
    values: { service: { type: 'Loadbalancer' } },
    says: ["'/service/type'", "'ClusterIP', 'NodePort', 'LoadBalancer'"],
  },
  {
    mistake: 'a source of projects that does not exist',
    values: { project: { source: 'oci' } },
    says: ["'/project/source'", "'image', 'configMap', 'git'"],
  },
  {
    mistake: 'a size without a unit',
    values: { persistence: { data: { size: '10' } } },
    says: ["'/persistence/data/size'", 'does not match pattern'],
  },
  {
    mistake: 'a size as people write it',
    values: { persistence: { audit: { size: '5 GB' } } },
    says: ["'/persistence/audit/size'", 'does not match pattern'],
  },
  {
    mistake: 'an access mode that does not exist',
    values: { persistence: { data: { accessModes: ['RWX'] } } },
    says: ["'/persistence/data/accessModes/0'", "'ReadWriteOnce'"],
  },
  {
    mistake: 'a relative mount path',
    values: { persistence: { drift: { mountPath: 'drift' } } },
    says: ["'/persistence/drift/mountPath'", 'does not match pattern'],
  },
  {
    mistake: 'memory that is no quantity',
    values: { resources: { limits: { memory: '2 gigabytes' } } },
    says: ["'/resources/limits/memory'", 'does not match pattern'],
  },
  {
    mistake: 'an address with a scheme as the image',
    values: { image: { repository: 'https://registry.example.com/mxcp' } },
    says: ["'/image/repository'", 'does not match pattern'],
  },
  {
    mistake: 'a pull policy that does not exist',
    values: { image: { pullPolicy: 'Sometimes' } },
    says: ["'/image/pullPolicy'", "'IfNotPresent'"],
  },
  {
    mistake: 'a map as the environment',
    values: { env: { MXCP_LOG_LEVEL: 'DEBUG' } },
    says: ["'/env'", 'got object, want array'],
  },
  {
    mistake: 'a number as the value of a variable',
    values: { env: [{ name: 'LIMIT', value: 5 }] },
    says: ["'/env/0/value'", 'got number, want string'],
  },
  {
    mistake: 'a variable without a name',
    values: { env: [{ value: 'x' }] },
    says: ["'/env/0'", "missing property 'name'"],
  },
  {
    mistake: 'a URL as the host',
    values: { ingress: { enabled: true, host: 'https://mcp.example.com' } },
    says: ["'/ingress/host'", 'does not match pattern'],
  },
  {
    mistake: 'an annotation that is no text',
    values: { ingress: { annotations: { 'nginx.ingress.kubernetes.io/proxy-read-timeout': 300 } } },
    says: ["'/ingress/annotations/nginx.ingress.kubernetes.io~1proxy-read-timeout'", 'want string'],
  },
  {
    mistake: 'credentials in the address of a repository',
    values: { project: { source: 'git', git: { repository: 'https://me:pw@git.example.com/p', ref: 'v1' } } },
    says: ["'/project/git/repository'", 'does not match pattern'],
  },
  {
    mistake: 'a repository by ssh',
    values: { project: { source: 'git', git: { repository: 'git@github.com:me/p.git', ref: 'v1' } } },
    says: ["'/project/git/repository'", 'does not match pattern'],
  },
  {
    mistake: 'a file outside the project',
    values: { project: { source: 'configMap', files: { '../etc/passwd': '' } } },
    says: ["'/project/files'", "additional properties '../etc/passwd' not allowed"],
  },
  {
    mistake: 'the content of a file as a tree',
    values: { project: { source: 'configMap', files: { 'mxcp-site.yml': { mxcp: 1 } } } },
    says: ["'/project/files/mxcp-site.yml'", 'got object, want string'],
  },
  {
    mistake: 'a duration without a unit',
    values: { metrics: { serviceMonitor: { enabled: true, interval: '30' } } },
    says: ["'/metrics/serviceMonitor/interval'", 'does not match pattern'],
  },
  {
    mistake: 'a disruption budget that lets nothing be evicted',
    values: { podDisruptionBudget: { maxUnavailable: 0 } },
    says: ["'/podDisruptionBudget/maxUnavailable'", 'minimum: got 0, want 1'],
  },
  {
    mistake: 'no path for clients',
    values: { publicPaths: [] },
    says: ["'/publicPaths'", 'minItems: got 0, want 1'],
  },
  {
    mistake: 'a network without its length',
    values: { service: { type: 'LoadBalancer', loadBalancerSourceRanges: ['203.0.113.7'] } },
    says: ["'/service/loadBalancerSourceRanges/0'", 'does not match pattern'],
  },
  {
    mistake: 'a name that Kubernetes refuses',
    values: { fullnameOverride: 'My_Server' },
    says: ["'/fullnameOverride'", 'does not match pattern'],
  },
];

const configMap = (project: Values): Values => ({ project: { source: 'configMap', ...project } });
const site = { 'mxcp-site.yml': 'mxcp: 1' };
const shared = { accessModes: ['ReadWriteMany'] };

/** What values may be together, which `templates/_validate.tpl` says. */
const byTemplate: readonly Wrong[] = [
  {
    mistake: 'two writers on one file',
    values: { replicaCount: 2 },
    says: [
      'replicaCount: a read-write server cannot have 2 pods',
      'readonly: true',
      'database.external: true',
    ],
  },
  {
    mistake: 'any number of writers on one file',
    values: { autoscaling: { enabled: true } },
    says: ['autoscaling.enabled: a read-write server cannot have several pods', 'readonly: true'],
  },
  {
    mistake: 'a database that ends with its pod',
    values: { persistence: { data: { enabled: false } } },
    says: ['persistence.data.enabled: a read-write database would be lost', 'set it to true'],
  },
  {
    mistake: 'one volume at several nodes',
    values: { replicaCount: 2, readonly: true },
    says: [
      'persistence.audit: several pods cannot share',
      'ReadWriteMany',
      'persistence.audit.enabled: false',
    ],
  },
  {
    mistake: 'several writers of a shared volume',
    values: {
      replicaCount: 2,
      database: { external: true },
      persistence: { data: shared, audit: shared, drift: shared },
    },
    says: ['persistence.data.enabled: with database.external', 'set persistence.data.enabled: false'],
  },
  {
    mistake: 'two volumes at one path',
    values: { persistence: { drift: { mountPath: '/app/data' } } },
    says: ['persistence.drift.mountPath: /app/data is the path of persistence.data'],
  },
  {
    mistake: 'at least more pods than at most',
    values: { readonly: true, autoscaling: { enabled: true, minReplicas: 5, maxReplicas: 3 } },
    says: ['autoscaling: minReplicas 5 is above maxReplicas 3'],
  },
  {
    mistake: 'nothing to scale by',
    values: {
      readonly: true,
      autoscaling: {
        enabled: true,
        targetCPUUtilizationPercentage: 0,
        targetMemoryUtilizationPercentage: 0,
      },
    },
    says: ['autoscaling: nothing to scale by', 'targetCPUUtilizationPercentage'],
  },
  {
    mistake: 'a tag that names no version',
    values: { image: { tag: 'latest' } },
    says: ['image.tag: latest names no version', 'set the version'],
  },
  {
    mistake: 'two user files',
    values: { config: { existingSecret: 'mine', content: { mxcp: 1 } } },
    says: ['config: existingSecret and content are two user files'],
  },
  {
    mistake: 'a read-write flag behind the back of the chart',
    values: { env: [{ name: 'MXCP_READONLY', value: 'true' }] },
    says: ['env: MXCP_READONLY is set by the chart: set readonly instead'],
  },
  {
    mistake: 'another port behind the back of the Service',
    values: { env: [{ name: 'MCP_PORT', value: '9000' }] },
    says: ['env: MCP_PORT is set by the chart: set containerPort instead'],
  },
  {
    mistake: 'a secret without its key',
    values: { test: { apiKeySecret: { name: 'keys' } } },
    says: ['test.apiKeySecret: set key'],
  },
  {
    mistake: 'an Ingress for every host',
    values: { ingress: { enabled: true } },
    says: ['ingress.host: set the host name'],
  },
  {
    mistake: 'a route for every host',
    values: { httpRoute: { enabled: true, parentRefs: [{ name: 'public' }] } },
    says: ['httpRoute.hostnames: set the host names'],
  },
  {
    mistake: 'a route without a Gateway',
    values: { httpRoute: { enabled: true, hostnames: ['mcp.example.com'] } },
    says: ['httpRoute.parentRefs: set the Gateway'],
  },
  {
    mistake: 'figures for everybody',
    values: { publicPaths: ['/mcp', '/metrics'] },
    says: ['publicPaths: /metrics is for Prometheus', 'remove it'],
  },
  {
    mistake: 'every path for everybody',
    values: { publicPaths: ['/'] },
    says: ['publicPaths: / would open /metrics to everybody'],
  },
  {
    mistake: 'files that no source uses',
    values: { project: { files: site } },
    says: ['project.source: image uses neither project.files', 'set project.source: configMap'],
  },
  {
    mistake: 'a repository that no source uses',
    values: { project: { git: { repository: 'https://git.example.com/p.git' } } },
    says: ['project.source: image does not use project.git', 'set project.source: git'],
  },
  {
    mistake: 'a ConfigMap of nothing',
    values: configMap({}),
    says: ["project.files: set the project's files"],
  },
  {
    mistake: 'two projects',
    values: configMap({ files: site, existingConfigMap: 'mine' }),
    says: ['project: files and existingConfigMap are two projects'],
  },
  {
    mistake: 'a project without its folders',
    values: configMap({ existingConfigMap: 'mine' }),
    says: ['project.items: a ConfigMap has no folders', 'tools/sales.yml'],
  },
  {
    mistake: 'a project without its site file',
    values: configMap({ files: { 'tools/a.yml': '' } }),
    says: ['project.files: mxcp-site.yml is missing'],
  },
  {
    mistake: 'a source file that a volume would hide',
    values: configMap({ files: { ...site, 'data/sales.csv': '' } }),
    says: ['project.files: data/sales.csv would lie under a volume', 'seeds/'],
  },
  {
    mistake: 'two files with one key',
    values: configMap({ files: { ...site, 'tools/a.yml': '', tools__a: '', 'tools__a.yml': '' } }),
    says: ['tools/a.yml and tools__a.yml cannot be told apart', 'rename one'],
  },
  {
    mistake: 'no repository to clone',
    values: { project: { source: 'git' } },
    says: ['project.git.repository: set it to the https:// address'],
  },
  {
    mistake: 'no version to clone',
    values: { project: { source: 'git', git: { repository: 'https://git.example.com/p.git' } } },
    says: ['project.git.ref: set it to the tag, branch or commit'],
  },
];

describe('the chart refuses', () => {
  it.each([...bySchema, ...byTemplate])('$mistake', async ({ values, says }) => {
    const { status, stdout, stderr } = await helm(['template', 'mxcp', chart], values);

    expect(status).not.toBe(0);
    expect(stdout).toBe('');
    for (const part of says) expect(stderr).toContain(part);
  });
});
