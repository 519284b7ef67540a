import { describe } from 'vitest';
import type { Values } from '../support/helm.ts';
import { refuses, type Wrong } from '../support/wrong-values.ts';

const configMap = (project: Values): Values => ({ project: { source: 'configMap', ...project } });
const site = { 'mxcp-site.yml': 'mxcp: 1' };
const shared = { accessModes: ['ReadWriteMany'] };

/** What values may be together, which `templates/_validate.tpl` says. */
const wrong: readonly Wrong[] = [
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
    mistake: 'figures for everybody, in another spelling',
    values: { publicPaths: ['/mcp', '/metrics/'] },
    says: ['publicPaths: /metrics/ is for Prometheus'],
  },
  {
    mistake: 'every path for everybody, in another spelling',
    values: { publicPaths: ['//'] },
    says: ['publicPaths: // would open /metrics'],
  },
  {
    mistake: 'API keys in the Deployment',
    values: { env: [{ name: 'MCP_API_KEYS', value: 'ci=1234' }] },
    says: ['the value of MCP_API_KEYS: put it into the Secret of envFrom', 'valueFrom.secretKeyRef'],
  },
  {
    mistake: 'a route of no path, which would pass every one on',
    values: { publicPaths: null },
    says: ['publicPaths: a route without paths passes everything on'],
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

describe('the templates refuse', () => {
  refuses(wrong);
});
