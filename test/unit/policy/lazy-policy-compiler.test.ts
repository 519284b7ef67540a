import { describe, expect, it, vi } from 'vitest';
import { valueOutput } from '../../../src/common/domain/output.js';
import { LazyPolicyCompiler } from '../../../src/modules/policy/lazy-policy-compiler.js';
import { aCall } from '../../builders/a-call.js';
import { anEndpoint } from '../../builders/an-endpoint.js';
import { aRule, policiesOf } from '../../builders/policies.js';
import { FakeClock } from '../../fakes/fake-clock.js';
import { FixedEndpointRegistry } from '../../fakes/fixed-endpoint-registry.js';
import { RecordingLog } from '../../fakes/recording-log.js';

const open = anEndpoint({ id: 'open' });
const closed = anEndpoint({ id: 'closed', policies: policiesOf({ input: [aRule()] }) });

function engineFor(...endpoints: (typeof open)[]) {
  return new LazyPolicyCompiler(new FakeClock(), new RecordingLog()).compile(
    new FixedEndpointRegistry(endpoints),
  );
}

describe('LazyPolicyCompiler', () => {
  it('judges nothing where no endpoint has policies', async () => {
    const engine = await engineFor(open);

    expect(engine.problems).toEqual([]);
    expect(engine.judgeInput(open, aCall(), { a: 1 })).toEqual({
      decision: 'none',
      evaluated: [],
      value: { a: 1 },
    });
    expect(engine.judgeOutput(open, aCall(), {}, valueOutput(1))).toMatchObject({
      decision: 'none',
      value: valueOutput(1),
    });
  });

  it('asks the rules where there are any', async () => {
    const engine = await engineFor(open, closed);

    expect(engine.judgeInput(closed, aCall(), {})).toMatchObject({ decision: 'deny', failed: false });
    expect(engine.judgeInput(open, aCall(), {})).toMatchObject({ decision: 'none' });
  });

  it('tries again what could not be loaded', async () => {
    const compiler = new LazyPolicyCompiler(new FakeClock(), new RecordingLog());
    const registry = new FixedEndpointRegistry([closed]);
    const cel = '../../../src/modules/policy/cel-policy-compiler.js';

    vi.doMock(cel, () => Promise.reject(new Error('too many open files')));
    await expect(compiler.compile(registry)).rejects.toThrow();
    vi.doUnmock(cel);

    const engine = await compiler.compile(registry);
    expect(engine.judgeInput(closed, aCall(), {})).toMatchObject({ decision: 'deny', failed: false });
  });

  it('denies an endpoint whose policies it was not given', async () => {
    const engine = await engineFor(open);

    expect(engine.judgeInput(closed, aCall(), {})).toMatchObject({ decision: 'deny', failed: true });
    expect(engine.judgeOutput(closed, aCall(), {}, valueOutput(1))).toMatchObject({
      decision: 'deny',
      failed: true,
    });
  });
});
