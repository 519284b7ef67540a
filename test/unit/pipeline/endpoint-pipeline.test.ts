import { describe, expect, it } from 'vitest';
import { valueOutput } from '../../../src/common/domain/output.js';
import { unidentified } from '../../../src/common/domain/principal.js';
import {
  ExecutionCancelledError,
  ExecutionFailedError,
  ExecutionTimeoutError,
  InputInvalidError,
  OutputInvalidError,
} from '../../../src/common/errors/endpoint-errors.js';
import { aCall } from '../../builders/a-call.js';
import { anEndpoint } from '../../builders/an-endpoint.js';
import { aPipeline } from '../../builders/a-pipeline.js';

describe('EndpointPipeline', () => {
  it('records the trace of its caller', async () => {
    const { audit, pipeline } = aPipeline();
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

    await pipeline.call(aCall({ headers: { traceparent } }));
    await pipeline.call(aCall({ headers: { traceparent: 'odd' } }));

    expect(audit.records.map((record) => record.trace_id)).toEqual([
      '4bf92f3577b34da6a3ce929d0e0e4736',
      null,
    ]);
  });

  it('refuses and records the call of somebody who should have said who they are', async () => {
    const { audit, metrics, pipeline } = aPipeline();

    await expect(pipeline.call(aCall({ principal: unidentified }))).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    expect(audit.records).toMatchObject([
      {
        operation_name: 'echo',
        operation_status: 'error',
        error: '401: Authentication required',
        user_id: null,
      },
    ]);
    expect(metrics.calls).toMatchObject([{ errorType: 'auth' }]);
  });

  it('records a run that ended with a question as one, and judges no answer', async () => {
    const { audit, pipeline } = aPipeline({
      execute: () => ({ kind: 'ask', questions: [{ kind: 'roots' }] }),
      judgeOutput: () => {
        throw new InputInvalidError([]);
      },
    });

    expect(await pipeline.call(aCall())).toMatchObject({
      output: { kind: 'ask', questions: [{ kind: 'roots' }] },
      text: '',
    });
    expect(audit.records).toMatchObject([{ operation_status: 'success', output_data: null }]);
  });

  it('answers with what the endpoint returned and records it once', async () => {
    const { audit, metrics, pipeline } = aPipeline({ execute: () => valueOutput([{ id: 1 }]) });

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
        action: 'execute',
        correlation_id: 'call-1',
        instance_id: 'host:1',
        profile: 'dev',
      },
    ]);
    expect(audit.records[0]?.business_context).toEqual({
      operation_type: 'tool',
      operation_name: 'echo',
      operation_status: 'success',
    });
    expect(metrics.calls).toMatchObject([
      { endpoint: 'echo', kind: 'tool', caller: 'http', errorType: null, policyDecision: 'none' },
    ]);
    expect(metrics.running).toBe(0);
  });

  it('records the input rule that denied the call, and runs nothing', async () => {
    let ran = false;
    const { audit, metrics, pipeline } = aPipeline({
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
    const { audit, pipeline } = aPipeline({
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

  it('records that rules let a call pass, and no reason', async () => {
    const { audit, pipeline } = aPipeline({
      judgeInput: (input) => ({
        decision: 'allow',
        value: input,
        evaluated: [{ label: 'input[0]', condition: 'false', fired: false }],
      }),
    });

    await pipeline.call(aCall());

    expect(audit.records).toMatchObject([{ policy_decision: 'allow', policy_reason: null }]);
  });

  it('hands out the redacted value and records a warning', async () => {
    const { audit, pipeline } = aPipeline({
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
    const { audit, log, pipeline } = aPipeline({
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
      {
        level: 'error',
        logger: 'policy',
        message: expect.stringContaining('no such key: nope'),
        fields: { correlationId: 'call-1', endpoint: 'echo' },
      },
    ]);
  });

  it('records a name that nothing answers to', async () => {
    const { audit, metrics, pipeline } = aPipeline();

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
    const { audit, metrics, pipeline } = aPipeline({ endpoints: [refusing] });

    await expect(pipeline.call(aCall())).rejects.toMatchObject({ code: 'INPUT_INVALID' });

    expect(audit.records).toMatchObject([{ error: 'Invalid arguments: Required parameter missing: a' }]);
    expect(metrics.verdicts).toEqual([]);
  });

  it.each([
    ['a timeout', new ExecutionTimeoutError(50), 'timeout', /50 ms/],
    ['a cancellation', new ExecutionCancelledError(), 'cancelled', /^cancelled$/],
  ])('records %s', async (_name, error, errorType, text) => {
    const { audit, metrics, pipeline } = aPipeline({ execute: () => Promise.reject(error) });

    await expect(pipeline.call(aCall())).rejects.toBe(error);

    expect(audit.records).toMatchObject([{ operation_status: 'error', error: expect.stringMatching(text) }]);
    expect(metrics.calls).toMatchObject([{ errorType }]);
  });

  it.each([
    ['sql', 'database'],
    ['python', 'python'],
    ['typescript', 'python'],
  ] as const)('counts a failure of %s code as of type %s', async (language, errorType) => {
    const { metrics, pipeline } = aPipeline({
      endpoints: [anEndpoint({ language })],
      execute: () => Promise.reject(new ExecutionFailedError('no')),
    });

    await expect(pipeline.call(aCall())).rejects.toThrow('no');

    expect(metrics.calls).toMatchObject([{ errorType }]);
  });

  it('counts a timeout of Python code as a timeout', async () => {
    const { metrics, pipeline } = aPipeline({
      endpoints: [anEndpoint({ language: 'python' })],
      execute: () => Promise.reject(new ExecutionTimeoutError(50)),
    });

    await expect(pipeline.call(aCall())).rejects.toThrow();

    expect(metrics.calls).toMatchObject([{ errorType: 'timeout' }]);
  });

  it('records a result that does not fit', async () => {
    const strict = anEndpoint({
      parseOutput: () => {
        throw new OutputInvalidError('Output validation failed: Expected string, got int');
      },
    });
    const { audit, pipeline } = aPipeline({ endpoints: [strict] });

    await expect(pipeline.call(aCall())).rejects.toMatchObject({ code: 'OUTPUT_INVALID' });

    expect(audit.records).toHaveLength(1);
  });

  it('turns a defect into a call id, with the cause in the log only', async () => {
    const { audit, log, pipeline } = aPipeline({
      execute: () => Promise.reject(new TypeError('secret detail')),
    });

    await expect(pipeline.call(aCall())).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'Internal error (call call-1)',
    });

    expect(audit.records).toMatchObject([{ error: 'Internal error (call call-1)' }]);
    expect(log.lines).toMatchObject([{ level: 'error', error: expect.any(TypeError) }]);
  });

  it('refuses a call before doing anything when audit cannot take its record', async () => {
    let ran = false;
    const { audit, pipeline } = aPipeline({
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
    const { audit, pipeline } = aPipeline();
    audit.isBroken = true;

    await expect(pipeline.call(aCall())).rejects.toMatchObject({ code: 'AUDIT_FAILED' });
  });
});
