import { describe, expect, it } from 'vitest';
import { chart } from '../support/chart.ts';
import { helm, type Values } from '../support/helm.ts';
import { refuses, type Wrong } from '../support/wrong-values.ts';

/** What each value may be, which `values.schema.json` says. */
const wrong: readonly Wrong[] = [
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
  {
    mistake: 'a misspelt line of the container that would weaken it',
    values: { securityContext: { readOnlyRootFileSystem: true } },
    says: ["'/securityContext'", "'readOnlyRootFileSystem' not allowed"],
  },
  {
    mistake: 'a misspelt line of the pod',
    values: { podSecurityContext: { runAsuser: 2000 } },
    says: ["'/podSecurityContext'", "'runAsuser' not allowed"],
  },
  {
    mistake: 'a misspelt selector of peers, which would let in everybody',
    values: { networkPolicy: { from: [{ podSelector: { matchLabel: { app: 'web' } } }] } },
    says: ["'/networkPolicy/from/0/podSelector'", "'matchLabel' not allowed"],
  },
  {
    mistake: 'a misspelt port, which would open all of them',
    values: { networkPolicy: { egress: [{ ports: [{ prot: 5432 }] }] } },
    says: ["'/networkPolicy/egress/0/ports/0'", "'prot' not allowed"],
  },
  {
    mistake: 'a misspelt toleration, which would tolerate every taint',
    values: { tolerations: [{ ky: 'gpu', operator: 'Exists' }] },
    says: ["'/tolerations/0'", "'ky' not allowed"],
  },
  {
    mistake: 'a misspelt affinity',
    values: { affinity: { nodeaffinity: {} } },
    says: ["'/affinity'", "'nodeaffinity' not allowed"],
  },
  {
    mistake: 'a spread over nothing',
    values: { topologySpreadConstraints: [{ maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway' }] },
    says: ["'/topologySpreadConstraints/0'", "missing property 'topologyKey'"],
  },
  {
    mistake: 'a variable from a whole Secret',
    values: { env: [{ name: 'A', valueFrom: { secretRef: { name: 's', key: 'k' } } }] },
    says: ["'/env/0/valueFrom'", "'secretRef' not allowed"],
  },
  {
    mistake: 'a variable with two values',
    values: { env: [{ name: 'A', value: 'x', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] },
    says: ["'/env/0'", "'not' failed"],
  },
  {
    mistake: 'variables from nowhere',
    values: { envFrom: [{ prefix: 'DB_' }] },
    says: ["'/envFrom/0'", "missing property 'secretRef'"],
  },
];

/** What those write who know Kubernetes. */
const right: readonly (readonly [string, Values])[] = [
  ['a tag with its digest', { image: { tag: `1.2.3@sha256:${'0a'.repeat(32)}` } }],
  [
    'variables of every kind',
    {
      env: [
        { name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'a.b', optional: true } } },
        { name: 'B', valueFrom: { configMapKeyRef: { name: 'm', key: 'b' } } },
        { name: 'C', valueFrom: { fieldRef: { fieldPath: 'status.hostIP' } } },
        { name: 'D', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
      ],
      envFrom: [{ prefix: 'DB_', secretRef: { name: 's' } }, { configMapRef: { name: 'm', optional: true } }],
    },
  ],
  [
    'where pods may be',
    {
      nodeSelector: { 'kubernetes.io/arch': 'amd64' },
      tolerations: [
        { key: 'gpu', operator: 'Equal', value: 'yes', effect: 'NoExecute', tolerationSeconds: 60 },
      ],
      affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } },
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'topology.kubernetes.io/zone',
          whenUnsatisfiable: 'DoNotSchedule',
          minDomains: 2,
          labelSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['mxcp'] }] },
        },
      ],
    },
  ],
  [
    'who may connect',
    {
      networkPolicy: {
        from: [
          { ipBlock: { cidr: '10.0.0.0/8', except: ['10.9.0.0/16'] } },
          { namespaceSelector: {}, podSelector: { matchLabels: { app: 'web' } } },
        ],
        egress: [{ ports: [{ port: 8000, endPort: 8010, protocol: 'TCP' }] }],
      },
    },
  ],
  [
    'security contexts in other words',
    {
      podSecurityContext: { runAsUser: null, supplementalGroups: [2000], supplementalGroupsPolicy: 'Strict' },
      securityContext: { runAsUser: 2000, capabilities: { add: ['NET_BIND_SERVICE'] } },
    },
  ],
  [
    'other resources',
    { resources: { limits: { 'nvidia.com/gpu': 1, 'ephemeral-storage': '1Gi', cpu: null } } },
  ],
  [
    'text as annotations',
    { podAnnotations: { 'prometheus.io/scrape': 'true' }, podLabels: { team: 'data' } },
  ],
];

describe('the schema of the values refuses', () => {
  refuses(wrong);
});

describe('the schema of the values takes', () => {
  it.each(right)('%s', async (_what, values) => {
    expect(await helm(['template', 'mxcp', chart], values)).toMatchObject({ code: 0, stderr: '' });
  });
});
