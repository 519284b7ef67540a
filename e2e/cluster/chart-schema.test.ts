import { describe } from 'vitest';
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
];

describe('the schema of the values refuses', () => {
  refuses(wrong);
});
