import { describe, expect, it } from 'vitest';
import { valueOutput } from '../../../src/common/domain/output.js';
import { anonymous } from '../../../src/common/domain/principal.js';
import {
  ExecutionCancelledError,
  ExecutionFailedError,
  ExecutionTimeoutError,
  InputInvalidError,
  OutputInvalidError,
} from '../../../src/common/errors/endpoint-errors.js';
import { UnavailableError } from '../../../src/common/errors/server-errors.js';
import { CallRecorder } from '../../../src/modules/pipeline/call-recorder.js';
import { EndpointPipeline } from '../../../src/modules/pipeline/endpoint-pipeline.js';
import { aCall } from '../../builders/a-call.js';
import { aConfig } from '../../builders/a-config.js';
import { anEndpoint } from '../../builders/an-endpoint.js';
import { FakeClock } from '../../fakes/fake-clock.js';
import { FixedRuntime, type RuntimeParts } from '../../fakes/fixed-runtime.js';
import { MemoryAuditSink } from '../../fakes/memory-audit-sink.js';
import { RecordingLog } from '../../fakes/recording-log.js';
import { RecordingMetrics } from '../../fakes/recording-metrics.js';

function build(parts: RuntimeParts = {}) {
  const audit = new MemoryAuditSink();
  const metrics = new RecordingMetrics();
  const clock = new FakeClock();
  const log = new RecordingLog();
  const recorder = new CallRecorder(audit, metrics, clock, log, 'host:1');
  const runtimes = new FixedRuntime({ endpoints: [anEndpoint()], ...parts });
  const pipeline = new EndpointPipeline(runtimes, recorder, { config: aConfig(), request: {} });
  return { audit, metrics, clock, log, pipeline, runtimes };
}

describe('EndpointPipeline', () => {
  it('records the trace of its caller', async () => {
    const { audit, pipeline } = build();
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

    await pipeline.call(aCall({ headers: { traceparent } }));
    await pipeline.call(aCall({ headers: { traceparent: 'odd' } }));

    expect(audit.records.map((record) => record.trace_id)).toEqual([
      '4bf92f3577b34da6a3ce929d0e0e4736',
      null,
    ]);
  });

  it('records a run that ended with a question as one, and judges no answer', async () => {
    const { audit, pipeline } = build({
      execute: () => ({ kind: 'ask', questions: [{ kind: 'roots' }] }),
      judgeOutput: () => {
        throw new InputInvalidError([]);
      },
    });

    expect((await pipeline.call(aCall())).output).toEqual({ kind: 'ask', questions: [{ kind: 'roots' }] });
    expect(audit.records).toMatchObject([{ operation_status: 'success', output_data: null }]);
  });

  it('answers with what the endpoint returned and records it once', async () => {
    const { audit, metrics, pipeline } = build({ execute: () => valueOutput([{ id: 1 }]) });

    const outcome = await pipeline.call(aCall({ arguments: { a: 1 } }));

    expect(outcome.output).toEqual(valueOutput([{ id: 1 }]));
    expect(outcome.text).toBe('[{"id":1}]');
    expect(audit.records).toMatchObject([
      {
        schema_name: 'mxcp.endpoints',
        schema_version: 2,
        timestamp: '2026-03-02T09:15:04.812000Z',
        operation_type: 'tool',
        operation_name: 'echo',
        operation_status: 'success',
        caller_type: 'http',
        input_data: { a: 1 },
        error: null,
        policies_evaluated: [],
        policy_decision: null,
        event_type: 'endpoint.execute',
        correlation_id: 'call-1',
        instance_id: 'host:1',
        profile: 'dev',
      },
    ]);
    expect(metrics.calls).toMatchObject([
      { endpoint: 'echo', kind: 'tool', caller: 'http', errorType: null },
    ]);
    expect(metrics.running).toBe(0);
  });

  it('records the input rule that denied the call, and runs nothing', async () => {
    let ran = false;
    const { audit, metrics, pipeline } = build({
      execute: () => {
        ran = true;
        return valueOutput(null);
      },
      judgeInput: () => ({
        decision: 'deny',
        reason: 'HR only',
        stage: 'input',
        failed: false,
        detail: null,
        evaluated: [{ label: 'input[0]', condition: "user.role != 'hr'", fired: true }],
      }),
    });

    await expect(pipeline.call(aCall())).rejects.toMatchObject({
      code: 'POLICY_DENIED',
      message: 'Policy enforcement failed: HR only',
    });

    expect(ran).toBe(false);
    expect(audit.records).toMatchObject([
      {
        operation_status: 'error',
        policy_decision: 'deny',
        policy_reason: 'HR only',
        policies_evaluated: ["input[0]: user.role != 'hr'"],
        error: 'Policy enforcement failed: HR only',
        business_context: { policy_decision: 'deny' },
      },
    ]);
    expect(metrics.calls).toMatchObject([{ errorType: 'policy_denied', policyDecision: 'deny' }]);
    expect(metrics.verdicts).toEqual([{ kind: 'tool', endpoint: 'echo', decision: 'deny' }]);
  });

  it('records an output denial with the rules of both stages', async () => {
    const { audit, pipeline } = build({
      judgeInput: (input) => ({
        decision: 'allow',
        value: input,
        evaluated: [{ label: 'input[0]', condition: 'false', fired: false }],
      }),
      judgeOutput: () => ({
        decision: 'deny',
        reason: 'Output blocked by policy',
        stage: 'output',
        failed: false,
        detail: null,
        evaluated: [{ label: 'output[0]', condition: 'true', fired: true }],
      }),
    });

    await expect(pipeline.call(aCall())).rejects.toMatchObject({
      message: 'Output policy enforcement failed: Output blocked by policy',
    });

    expect(audit.records).toMatchObject([
      { policy_decision: 'deny', policies_evaluated: ['input[0]: false', 'output[0]: true'] },
    ]);
  });

  it('hands out the redacted value and records a warning', async () => {
    const { audit, pipeline } = build({
      judgeOutput: () => ({
        decision: 'warn',
        value: valueOutput({ name: 'Ann' }),
        reason: 'Output modified by filter_fields',
        evaluated: [{ label: 'output[0]', condition: 'true', fired: true }],
      }),
    });

    const outcome = await pipeline.call(aCall());

    expect(outcome.output).toEqual(valueOutput({ name: 'Ann' }));
    expect(audit.records).toMatchObject([
      {
        operation_status: 'success',
        policy_decision: 'warn',
        policy_reason: 'Output modified by filter_fields',
      },
    ]);
  });

  it('logs why a rule could not be evaluated and tells the caller nothing of it', async () => {
    const { audit, log, pipeline } = build({
      judgeInput: () => ({
        decision: 'deny',
        reason: 'Policy evaluation error',
        stage: 'input',
        failed: true,
        detail: 'no such key: nope',
        evaluated: [{ label: 'input[0]', condition: "user.nope == 'x'", fired: null }],
      }),
    });

    await expect(pipeline.call(aCall())).rejects.toMatchObject({
      code: 'POLICY_FAILED',
      message: 'Policy enforcement failed: Policy evaluation error',
    });

    expect(audit.records).toMatchObject([{ policies_evaluated: ["input[0]: user.nope == 'x' (error)"] }]);
    expect(log.lines).toMatchObject([
      { logger: 'policy', message: expect.stringContaining('no such key: nope') },
    ]);
  });

  it('records a name that nothing answers to', async () => {
    const { audit, metrics, pipeline } = build();

    await expect(pipeline.call(aCall({ target: 'nope' }))).rejects.toMatchObject({
      code: 'ENDPOINT_NOT_FOUND',
    });

    expect(audit.records).toMatchObject([
      { operation_name: 'nope', operation_status: 'error', error: 'Unknown tool: nope' },
    ]);
    expect(metrics.calls).toMatchObject([{ endpoint: '_unknown', errorType: 'not_found' }]);
  });

  it('records arguments that do not fit, before any policy is asked', async () => {
    const refusing = anEndpoint({
      parseInput: () => {
        throw new InputInvalidError([
          { path: ['a'], phrase: 'Field required', message: 'Required parameter missing: a' },
        ]);
      },
    });
    const { audit, metrics, pipeline } = build({ endpoints: [refusing] });

    await expect(pipeline.call(aCall())).rejects.toMatchObject({ code: 'INPUT_INVALID' });

    expect(audit.records).toMatchObject([{ error: 'Invalid arguments: Required parameter missing: a' }]);
    expect(metrics.verdicts).toEqual([]);
  });

  it.each([
    ['a timeout', new ExecutionTimeoutError(50), 'timeout', /50 ms/],
    ['a cancellation', new ExecutionCancelledError(), 'cancelled', /^cancelled$/],
  ])('records %s', async (_name, error, errorType, text) => {
    const { audit, metrics, pipeline } = build({ execute: () => Promise.reject(error) });

    await expect(pipeline.call(aCall())).rejects.toBe(error);

    expect(audit.records).toMatchObject([{ operation_status: 'error', error: expect.stringMatching(text) }]);
    expect(metrics.calls).toMatchObject([{ errorType }]);
  });

  it.each([
    ['sql', 'database'],
    ['python', 'python'],
    ['typescript', 'python'],
  ] as const)('counts a failure of %s code as of type %s', async (language, errorType) => {
    const { metrics, pipeline } = build({
      endpoints: [anEndpoint({ language })],
      execute: () => Promise.reject(new ExecutionFailedError('no')),
    });

    await expect(pipeline.call(aCall())).rejects.toThrow('no');

    expect(metrics.calls).toMatchObject([{ errorType }]);
  });

  it('records a result that does not fit', async () => {
    const strict = anEndpoint({
      parseOutput: () => {
        throw new OutputInvalidError('Output validation failed: Expected string, got int');
      },
    });
    const { audit, pipeline } = build({ endpoints: [strict] });

    await expect(pipeline.call(aCall())).rejects.toMatchObject({ code: 'OUTPUT_INVALID' });

    expect(audit.records).toHaveLength(1);
  });

  it('turns a defect into a call id, with the cause in the log only', async () => {
    const { audit, log, pipeline } = build({ execute: () => Promise.reject(new TypeError('secret detail')) });

    await expect(pipeline.call(aCall())).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'Internal error (call call-1)',
    });

    expect(audit.records).toMatchObject([{ error: 'Internal error (call call-1)' }]);
    expect(log.lines).toMatchObject([{ level: 'error', error: expect.any(TypeError) }]);
  });

  it('refuses a call before doing anything when audit cannot take its record', async () => {
    let ran = false;
    const { audit, pipeline } = build({
      execute: () => {
        ran = true;
        return valueOutput(null);
      },
    });
    audit.isFull = true;

    await expect(pipeline.call(aCall())).rejects.toMatchObject({
      code: 'AUDIT_FAILED',
      message: 'Audit unavailable',
    });

    expect(ran).toBe(false);
  });

  it('gives no answer whose record was not taken', async () => {
    const { audit, pipeline } = build();
    audit.isBroken = true;

    await expect(pipeline.call(aCall())).rejects.toMatchObject({ code: 'AUDIT_FAILED' });
  });

  it('refuses an answer to an MCP client beyond the byte cap, and says how to narrow it', async () => {
    const config = aConfig({ limits: { rows: 10_000, bytes: 20, timeoutMs: 0 } });
    const { audit, pipeline } = build({ config, execute: () => valueOutput('x'.repeat(21)) });

    await expect(pipeline.call(aCall())).rejects.toMatchObject({
      code: 'OUTPUT_TOO_LARGE',
      message: expect.stringMatching(/21 bytes, more than the 20 allowed.*LIMIT/),
    });

    expect(audit.records).toMatchObject([{ operation_status: 'error' }]);
  });

  it('does not cap what the command line prints unless the endpoint itself does', async () => {
    const config = aConfig({ limits: { rows: 10, bytes: 20, timeoutMs: 0 } });
    const long = valueOutput('x'.repeat(21));
    const open = build({ config, execute: () => long });
    const capped = build({
      config,
      execute: () => long,
      endpoints: [anEndpoint({ limits: { rows: null, bytes: 20, timeoutMs: null } })],
    });

    await expect(open.pipeline.call(aCall({ origin: 'cli' }))).resolves.toMatchObject({ output: long });
    await expect(capped.pipeline.call(aCall({ origin: 'cli' }))).rejects.toMatchObject({
      code: 'OUTPUT_TOO_LARGE',
    });
  });

  it('records who called, through which door, how long it took', async () => {
    const { audit, clock, pipeline } = build({
      execute: () => {
        clock.advance(7.9);
        return valueOutput(null);
      },
    });

    await pipeline.call(
      aCall({
        origin: 'test',
        principal: { ...anonymous, provider: 'cli', userId: 'u-1', username: 'ann' },
        client: { ip: '10.4.0.9', userAgent: 'agent/3.1' },
        sessionId: 's-1',
      }),
    );

    expect(audit.records).toMatchObject([
      {
        caller_type: 'cli',
        user_id: 'u-1',
        session_id: 's-1',
        duration_ms: 7,
        ip_address: '10.4.0.9',
        user_agent: 'agent/3.1',
      },
    ]);
  });

  it('keeps sensitive arguments out of the record and out of its error text', async () => {
    const secretive = anEndpoint({
      parameters: [{ name: 'card', type: 'string', sensitive: true, additionalProperties: true }],
    });
    const { audit, pipeline } = build({
      endpoints: [secretive],
      execute: () => Promise.reject(new OutputInvalidError('no card 4111222233334444')),
    });

    await expect(pipeline.call(aCall({ arguments: { card: '4111222233334444' } }))).rejects.toThrow();

    expect(audit.records).toMatchObject([{ input_data: { card: '[REDACTED]' } }]);
    expect(JSON.stringify(audit.records)).not.toContain('4111222233334444');
  });

  it('records a call that a reload or a stop refuses, without arguments that may be sensitive', async () => {
    const { audit, metrics, pipeline, runtimes } = build();
    runtimes.use = () => Promise.reject(new UnavailableError('Service is reloading'));

    await expect(pipeline.call(aCall({ arguments: { card: '4111' } }))).rejects.toThrow(
      'Service is reloading',
    );

    await expect(pipeline.call(aCall({ kind: 'resource', target: 'cards://4111' }))).rejects.toThrow();

    const refused = { operation_status: 'error', error: 'Service is reloading', input_data: {} };
    expect(audit.records).toMatchObject([
      { ...refused, resource: 'echo' },
      { ...refused, resource: 'cards://' },
    ]);
    expect(metrics.calls[0]).toMatchObject({ endpoint: '_unknown', errorType: 'upstream' });
  });

  it('counts the wait for a reload, and records by the configuration of the Runtime that took the call', async () => {
    const audited = aConfig({ audit: { ...aConfig().audit, captureNetwork: false } });
    const { audit, clock, pipeline, runtimes } = build();
    const { runtime } = new FixedRuntime({ endpoints: [anEndpoint()], config: audited });
    runtimes.use = (work) => {
      clock.advance(1200);
      return work(runtime);
    };

    await pipeline.call(aCall({ client: { ip: '10.4.0.9', userAgent: null } }));

    expect(audit.records).toMatchObject([{ duration_ms: 1200, ip_address: null }]);
  });
});
