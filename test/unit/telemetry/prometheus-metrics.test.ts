import { describe, expect, it } from 'vitest';
import { PrometheusMetrics } from '../../../src/modules/telemetry/prometheus-metrics.js';

const build = () =>
  new PrometheusMetrics({ version: '1.2.3', profile: 'dev', project: 'demo', transport: 'stdio' });

describe('PrometheusMetrics', () => {
  it('says which process it describes', async () => {
    const { text, contentType } = await build().print();

    expect(text).toContain('mxcp_up{version="1.2.3",profile="dev",project="demo",transport="stdio"} 1');
    expect(text).toContain('process_resident_memory_bytes');
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  it('counts a denied call as an error of its own type', async () => {
    const metrics = build();

    metrics.callFinished({
      endpoint: 'pay',
      kind: 'tool',
      caller: 'http',
      policyDecision: 'deny',
      errorType: 'policy_denied',
      seconds: 0.004,
    });

    const { text } = await metrics.print();
    expect(text).toContain(
      'mxcp_endpoint_requests_total{endpoint="pay",type="tool",status="error",caller="http",policy_decision="deny"} 1',
    );
    expect(text).toContain(
      'mxcp_endpoint_errors_total{endpoint="pay",type="tool",caller="http",error_type="policy_denied"} 1',
    );
    expect(text).toContain(
      'mxcp_endpoint_duration_seconds_bucket{le="0.005",endpoint="pay",type="tool",status="error"} 1',
    );
  });

  it('shows calls only while they run', async () => {
    const metrics = build();
    const leave = metrics.callStarted('pay', 'tool');
    const during = await metrics.print();
    leave();
    const after = await metrics.print();

    expect(during.text).toContain('mxcp_endpoint_concurrent_executions{endpoint="pay",type="tool"} 1');
    expect(after.text).toContain('mxcp_endpoint_concurrent_executions{endpoint="pay",type="tool"} 0');
  });

  it('reads the pool when scraped', async () => {
    const metrics = build();
    metrics.watchPool(() => ({ idle: 3, inUse: 2, waiting: 1 }));

    const { text } = await metrics.print();

    expect(text).toContain('mxcp_duckdb_pool_connections{state="idle"} 3');
    expect(text).toContain('mxcp_duckdb_pool_connections{state="in_use"} 2');
    expect(text).toContain('mxcp_duckdb_pool_waiting 1');
  });

  it('reads who is signed in when scraped', async () => {
    const metrics = build();
    metrics.watchSessions('acme', () => 7);

    const { text } = await metrics.print();

    expect(text).toContain('mxcp_auth_active_sessions{provider="acme"} 7');
  });

  it('never lets a client invent label values', async () => {
    const metrics = build();

    metrics.rpcFinished('tools/call', null, 0.1);
    metrics.rpcFinished('evil/method-8812', -32601, 0.1);

    const { text } = await metrics.print();
    expect(text).toContain('mxcp_rpc_requests_total{method="tools/call",status="success"} 1');
    expect(text).toContain('mxcp_rpc_errors_total{method="_other",code="-32601"} 1');
    expect(text).not.toContain('8812');
  });

  it('counts verdicts, statements, Python runs, waits and HTTP answers', async () => {
    const metrics = build();

    metrics.policyJudged('tool', 'pay', 'deny');
    metrics.statementStarted()('error');
    metrics.poolAcquired(0.05);
    metrics.pythonStarted('file')('error');
    metrics.pythonStarted('inline');
    metrics.httpFinished('POST', '/mcp', 200, 0.01);

    const { text } = await metrics.print();
    expect(text).toContain('mxcp_policy_evaluations_total{type="tool",decision="deny"} 1');
    expect(text).toContain('mxcp_policy_denials_total{type="tool",endpoint="pay"} 1');
    expect(text).toContain('mxcp_duckdb_queries_total{operation="execute",status="error"} 1');
    expect(text).toContain('mxcp_duckdb_pool_acquire_seconds_bucket{le="0.1"} 1');
    expect(text).toContain('mxcp_python_executions_total{type="file",status="error"} 1');
    expect(text).toContain('mxcp_python_concurrent_executions{type="file"} 0');
    expect(text).toContain('mxcp_python_concurrent_executions{type="inline"} 1');
    expect(text).toContain('mxcp_http_requests_total{method="POST",route="/mcp",status="200"} 1');
  });
});
