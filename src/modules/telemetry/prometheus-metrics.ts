import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { EndpointKind } from '../../common/domain/endpoint.js';
import type { PoolState } from '../../common/ports/database.js';
import type { AuthStatus, CallMeasure, Metrics } from '../../common/ports/metrics.js';
import type { ReloadTrigger } from '../../common/ports/reloader.js';

/** What `mxcp_up` says about this process. */
export interface ProcessLabels {
  readonly version: string;
  readonly profile: string;
  readonly project: string;
  readonly transport: string;
}

const callBuckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const reloadBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const waitBuckets = [0.0001, 0.001, 0.01, 0.1, 1, 10];

/** MCP methods that appear as label values; anything else a client invents is `_other`. */
const methods = new Set([
  'initialize',
  'ping',
  'server/discover',
  'tools/list',
  'tools/call',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'prompts/list',
  'prompts/get',
  'completion/complete',
  'logging/setLevel',
  'subscriptions/listen',
]);

/** The metric set of telemetry.md §5.1, as far as this version produces it, in one prom-client registry. */
export class PrometheusMetrics implements Metrics {
  readonly #registry = new Registry();
  #readPool: () => PoolState = () => ({ idle: 0, inUse: 0, waiting: 0 });
  readonly #readSessions = new Map<string, () => number>();

  readonly #requests = this.#counter('mxcp_endpoint_requests_total', 'Calls that named an endpoint.', [
    'endpoint',
    'type',
    'status',
    'caller',
    'policy_decision',
  ]);
  readonly #errors = this.#counter('mxcp_endpoint_errors_total', 'Calls that failed, by closed error type.', [
    'endpoint',
    'type',
    'caller',
    'error_type',
  ]);
  readonly #duration = this.#histogram('mxcp_endpoint_duration_seconds', 'Duration of calls.', callBuckets, [
    'endpoint',
    'type',
    'status',
  ]);
  readonly #running = this.#gauge('mxcp_endpoint_concurrent_executions', 'Calls running now.', [
    'endpoint',
    'type',
  ]);
  readonly #policyJudgements = this.#counter('mxcp_policy_evaluations_total', 'Policy verdicts.', [
    'type',
    'decision',
  ]);
  readonly #policyDenials = this.#counter('mxcp_policy_denials_total', 'Calls refused by policy.', [
    'type',
    'endpoint',
  ]);
  readonly #statements = this.#counter('mxcp_duckdb_queries_total', 'SQL statements run.', [
    'operation',
    'status',
  ]);
  readonly #statementDuration = this.#histogram(
    'mxcp_duckdb_query_duration_seconds',
    'Duration of SQL statements.',
    callBuckets,
    ['operation'],
  );
  readonly #statementsRunning = this.#gauge(
    'mxcp_duckdb_concurrent_executions',
    'SQL statements running now.',
    ['operation'],
  );
  readonly #pythonRuns = this.#counter('mxcp_python_executions_total', 'Runs of Python endpoints.', [
    'type',
    'status',
  ]);
  readonly #pythonRunning = this.#gauge(
    'mxcp_python_concurrent_executions',
    'Python endpoints running now.',
    ['type'],
  );
  readonly #poolWait = this.#histogram(
    'mxcp_duckdb_pool_acquire_seconds',
    'Wait for a connection.',
    waitBuckets,
    [],
  );
  readonly #rpcRequests = this.#counter('mxcp_rpc_requests_total', 'MCP requests.', ['method', 'status']);
  readonly #rpcDuration = this.#histogram(
    'mxcp_rpc_request_duration_seconds',
    'Duration of MCP requests.',
    callBuckets,
    ['method', 'status'],
  );
  readonly #rpcErrors = this.#counter('mxcp_rpc_errors_total', 'MCP requests answered by an error.', [
    'method',
    'code',
  ]);
  readonly #authAttempts = this.#counter('mxcp_auth_attempts_total', 'Attempts to be let in.', [
    'provider',
    'status',
  ]);
  readonly #httpRequests = this.#counter('mxcp_http_requests_total', 'HTTP requests.', [
    'method',
    'route',
    'status',
  ]);
  readonly #httpDuration = this.#histogram(
    'mxcp_http_request_duration_seconds',
    'Duration of HTTP requests.',
    callBuckets,
    ['method', 'route', 'status'],
  );
  readonly #reloads = this.#counter('mxcp_config_reloads_total', 'Reloads of the configuration.', [
    'status',
    'trigger',
    'profile',
  ]);
  readonly #reloadDuration = this.#histogram(
    'mxcp_reload_duration_seconds',
    'Duration of reloads.',
    reloadBuckets,
    [],
  );
  readonly #reloading = this.#gauge('mxcp_reload_in_progress', '1 while a reload runs.', []);

  constructor(private readonly labels: ProcessLabels) {
    collectDefaultMetrics({ register: this.#registry });
    this.#gauge('mxcp_up', 'Always 1 while the server runs.', [
      'version',
      'profile',
      'project',
      'transport',
    ]).set({ ...labels }, 1);
    this.#watchPoolGauges();
    this.#watchSessionGauge();
  }

  callStarted(endpoint: string, kind: EndpointKind): () => void {
    const labels = { endpoint, type: kind };
    this.#running.inc(labels);
    return () => {
      this.#running.dec(labels);
    };
  }

  callFinished(measure: CallMeasure): void {
    const { endpoint, kind: type, caller } = measure;
    const status = measure.errorType === null ? 'success' : 'error';
    this.#requests.inc({ endpoint, type, status, caller, policy_decision: measure.policyDecision });
    this.#duration.observe({ endpoint, type, status }, measure.seconds);
    if (measure.errorType !== null)
      this.#errors.inc({ endpoint, type, caller, error_type: measure.errorType });
  }

  policyJudged(kind: EndpointKind, endpoint: string, decision: string): void {
    this.#policyJudgements.inc({ type: kind, decision });
    if (decision === 'deny') this.#policyDenials.inc({ type: kind, endpoint });
  }

  statementStarted(): (status: 'success' | 'error') => void {
    const labels = { operation: 'execute' };
    const startedMs = performance.now();
    this.#statementsRunning.inc(labels);
    return (status) => {
      this.#statementsRunning.dec(labels);
      this.#statements.inc({ ...labels, status });
      this.#statementDuration.observe(labels, (performance.now() - startedMs) / 1000);
    };
  }

  pythonStarted(type: 'file' | 'inline'): (status: 'success' | 'error') => void {
    this.#pythonRunning.inc({ type });
    return (status) => {
      this.#pythonRunning.dec({ type });
      this.#pythonRuns.inc({ type, status });
    };
  }

  poolAcquired(seconds: number): void {
    this.#poolWait.observe(seconds);
  }

  watchPool(read: () => PoolState): void {
    this.#readPool = read;
  }

  rpcFinished(method: string, errorCode: number | null, seconds: number): void {
    const known = methods.has(method) ? method : '_other';
    const status = errorCode === null ? 'success' : 'error';
    this.#rpcRequests.inc({ method: known, status });
    this.#rpcDuration.observe({ method: known, status }, seconds);
    if (errorCode !== null) this.#rpcErrors.inc({ method: known, code: String(errorCode) });
  }

  authAttempted(provider: string, status: AuthStatus): void {
    this.#authAttempts.inc({ provider, status });
  }

  watchSessions(provider: string, read: () => number): void {
    this.#readSessions.set(provider, read);
  }

  httpFinished(method: string, route: string, status: number, seconds: number): void {
    const labels = { method, route, status: String(status) };
    this.#httpRequests.inc(labels);
    this.#httpDuration.observe(labels, seconds);
  }

  reloadStarted(trigger: ReloadTrigger): (status: 'success' | 'error') => void {
    const startedMs = performance.now();
    this.#reloading.set(1);
    return (status) => {
      this.#reloading.set(0);
      this.#reloads.inc({ status, trigger, profile: this.labels.profile });
      this.#reloadDuration.observe((performance.now() - startedMs) / 1000);
    };
  }

  async print(): Promise<{ readonly text: string; readonly contentType: string }> {
    return { text: await this.#registry.metrics(), contentType: this.#registry.contentType };
  }

  #watchPoolGauges(): void {
    const readPool = (): PoolState => this.#readPool();
    new Gauge({
      name: 'mxcp_duckdb_pool_connections',
      help: 'Pooled connections by state.',
      labelNames: ['state'],
      registers: [this.#registry],
      collect() {
        const { idle, inUse } = readPool();
        this.set({ state: 'idle' }, idle);
        this.set({ state: 'in_use' }, inUse);
      },
    });
    new Gauge({
      name: 'mxcp_duckdb_pool_waiting',
      help: 'Calls waiting for a connection.',
      registers: [this.#registry],
      collect() {
        this.set(readPool().waiting);
      },
    });
  }

  #watchSessionGauge(): void {
    const readSessions = this.#readSessions;
    new Gauge({
      name: 'mxcp_auth_active_sessions',
      help: 'Sign-ins whose token opened this process in the last five minutes.',
      labelNames: ['provider'],
      registers: [this.#registry],
      collect() {
        for (const [provider, read] of readSessions) this.set({ provider }, read());
      },
    });
  }

  #counter<L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  #gauge<L extends string>(name: string, help: string, labelNames: readonly L[]): Gauge<L> {
    return new Gauge({ name, help, labelNames, registers: [this.#registry] });
  }

  #histogram<L extends string>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: readonly L[],
  ): Histogram<L> {
    return new Histogram({ name, help, labelNames, buckets, registers: [this.#registry] });
  }
}
