import { describe, expect, it } from 'vitest';
import { valueOutput, type Answer } from '../../../src/common/domain/output.js';
import { anonymous } from '../../../src/common/domain/principal.js';
import { OutputInvalidError } from '../../../src/common/errors/endpoint-errors.js';
import { UnavailableError } from '../../../src/common/errors/server-errors.js';
import { aCall } from '../../builders/a-call.js';
import { aConfig } from '../../builders/a-config.js';
import { anEndpoint } from '../../builders/an-endpoint.js';
import { aPipeline } from '../../builders/a-pipeline.js';
import { FixedRuntime } from '../../fakes/fixed-runtime.js';

function textContent(text: string): Answer {
  return { kind: 'content', blocks: [{ type: 'text', text }] };
}

describe('what is recorded of a call', () => {
  it('refuses an answer to an MCP client beyond the byte cap, and says how to narrow it', async () => {
    const config = aConfig({ limits: { rows: 10_000, bytes: 20, timeoutMs: 0 } });
    const { audit, pipeline } = aPipeline({ config, execute: () => valueOutput('x'.repeat(21)) });

    await expect(pipeline.call(aCall())).rejects.toMatchObject({
      code: 'OUTPUT_TOO_LARGE',
      message: expect.stringMatching(/21 bytes, more than the 20 allowed.*LIMIT/),
    });

    expect(audit.records).toMatchObject([{ operation_status: 'error' }]);
  });

  it('does not cap what the command line prints unless the endpoint itself does', async () => {
    const config = aConfig({ limits: { rows: 10, bytes: 20, timeoutMs: 0 } });
    const long = valueOutput('x'.repeat(21));
    const open = aPipeline({ config, execute: () => long });
    const capped = aPipeline({
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
    const { audit, clock, metrics, pipeline } = aPipeline({
      execute: () => {
        clock.advance(7.9);
        return valueOutput(null);
      },
    });
    clock.advance(1000);

    await pipeline.call(
      aCall({
        principal: { ...anonymous, provider: 'cli', userId: 'u-1', username: 'ann' },
        client: { ip: '10.4.0.9', userAgent: 'agent/3.1' },
        sessionId: 's-1',
      }),
    );

    expect(audit.records).toMatchObject([
      {
        caller_type: 'http',
        user_id: 'u-1',
        session_id: 's-1',
        duration_ms: 7,
        ip_address: '10.4.0.9',
        user_agent: 'agent/3.1',
      },
    ]);
    expect(metrics.calls[0]?.seconds).toBeCloseTo(0.0079);
  });

  it.each([
    ['http', 'http'],
    ['stdio', 'stdio'],
    ['cli', 'cli'],
    ['test', 'cli'],
    ['eval', 'cli'],
  ] as const)('names the caller of a call through %s as %s', async (origin, caller) => {
    const { audit, metrics, pipeline } = aPipeline();

    await pipeline.call(aCall({ origin }));

    expect(audit.records).toMatchObject([{ caller_type: caller }]);
    expect(metrics.calls).toMatchObject([{ caller }]);
  });

  it('keeps what was answered as far as the configuration lets it', async () => {
    const answer = valueOutput([{ id: 1 }, { id: 2 }]);
    const kept = async (outputCapture: 'none' | 'summary' | 'full') => {
      const config = aConfig({ audit: { ...aConfig().audit, outputCapture } });
      const { audit, pipeline } = aPipeline({ config, execute: () => answer });
      await pipeline.call(aCall());
      return audit.records[0]?.output_data;
    };

    expect(await kept('none')).toBeNull();
    expect(await kept('summary')).toEqual({ type: 'array', count: 2, bytes: 19 });
    expect(await kept('full')).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it('keeps no MCP content, which is not plain data', async () => {
    const config = aConfig({ audit: { ...aConfig().audit, outputCapture: 'full' } });
    const { audit, pipeline } = aPipeline({ config, execute: () => textContent('abc') });

    await pipeline.call(aCall());

    expect(audit.records).toMatchObject([{ operation_status: 'success', output_data: null }]);
  });

  it('answers MCP content without a text of its own, and measures its blocks', async () => {
    const content = textContent('x'.repeat(40));
    const limitedTo = (bytes: number) => ({
      config: aConfig({ limits: { rows: 10, bytes, timeoutMs: 0 } }),
      execute: () => content,
    });
    const { length } = JSON.stringify([{ type: 'text', text: 'x'.repeat(40) }]);

    await expect(aPipeline(limitedTo(length)).pipeline.call(aCall())).resolves.toMatchObject({
      output: content,
      text: '',
    });
    await expect(aPipeline(limitedTo(length - 1)).pipeline.call(aCall())).rejects.toMatchObject({
      code: 'OUTPUT_TOO_LARGE',
    });
  });

  it('refuses a call whose record could not be written, whatever the reason', async () => {
    const { audit, pipeline } = aPipeline();
    audit.isBroken = true;
    audit.failure = new TypeError('no such shape');

    await expect(pipeline.call(aCall())).rejects.toMatchObject({
      code: 'AUDIT_FAILED',
      cause: audit.failure,
    });
  });

  it('passes on how the audit failed where the audit says it', async () => {
    const { audit, pipeline } = aPipeline();
    audit.isBroken = true;

    await expect(pipeline.call(aCall())).rejects.toBe(audit.failure);
  });

  it('writes nothing where auditing is off', async () => {
    const { audit, pipeline } = aPipeline();
    audit.enabled = false;
    audit.isBroken = true;

    await expect(pipeline.call(aCall())).resolves.toMatchObject({ output: valueOutput({}) });
  });

  it('logs a failure that needs looking after with the call and its endpoint', async () => {
    const { log, pipeline } = aPipeline({ execute: () => Promise.reject(new TypeError('no')) });

    await expect(pipeline.call(aCall())).rejects.toThrow();

    expect(log.lines).toEqual([
      {
        level: 'error',
        logger: 'pipeline',
        message: 'Call failed by a defect',
        fields: { correlationId: 'call-1', endpoint: 'echo' },
        error: new TypeError('no'),
      },
    ]);
  });

  it('keeps sensitive arguments out of the record and out of its error text', async () => {
    const secretive = anEndpoint({
      parameters: [{ name: 'card', type: 'string', sensitive: true, additionalProperties: true }],
    });
    const { audit, pipeline } = aPipeline({
      endpoints: [secretive],
      execute: () => Promise.reject(new OutputInvalidError('no card 4111222233334444')),
    });

    await expect(pipeline.call(aCall({ arguments: { card: '4111222233334444' } }))).rejects.toThrow();

    expect(audit.records).toMatchObject([{ input_data: { card: '[REDACTED]' } }]);
    expect(JSON.stringify(audit.records)).not.toContain('4111222233334444');
  });

  it('records a call that a reload or a stop refuses, without arguments that may be sensitive', async () => {
    const { audit, metrics, pipeline, runtimes } = aPipeline();
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
    const { audit, clock, pipeline, runtimes } = aPipeline();
    const { runtime } = new FixedRuntime({ endpoints: [anEndpoint()], config: audited });
    runtimes.use = (work) => {
      clock.advance(1200);
      return work(runtime);
    };

    await pipeline.call(aCall({ client: { ip: '10.4.0.9', userAgent: null } }));

    expect(audit.records).toMatchObject([{ duration_ms: 1200, ip_address: null }]);
  });
});
