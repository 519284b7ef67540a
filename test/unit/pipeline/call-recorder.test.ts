import { describe, expect, it } from 'vitest';
import { valueOutput } from '../../../src/common/domain/output.js';
import { anonymous } from '../../../src/common/domain/principal.js';
import { OutputInvalidError } from '../../../src/common/errors/endpoint-errors.js';
import { UnavailableError } from '../../../src/common/errors/server-errors.js';
import { aCall } from '../../builders/a-call.js';
import { aConfig } from '../../builders/a-config.js';
import { anEndpoint } from '../../builders/an-endpoint.js';
import { aPipeline } from '../../builders/a-pipeline.js';
import { FixedRuntime } from '../../fakes/fixed-runtime.js';

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
    const { audit, clock, pipeline } = aPipeline({
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
