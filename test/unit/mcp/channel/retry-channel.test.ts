import { describe, expect, it } from 'vitest';
import { anonymous } from '../../../../src/common/domain/principal.js';
import type { JsonValue } from '../../../../src/common/domain/json.js';
import type { Question } from '../../../../src/common/domain/question.js';
import type { Retry } from '../../../../src/modules/mcp/channel/client-link.js';
import { RequestState } from '../../../../src/modules/mcp/channel/request-state.js';
import { RetryChannel } from '../../../../src/modules/mcp/channel/retry-channel.js';
import { FakeClientLink } from '../../../fakes/fake-client-link.js';
import { FakeClock } from '../../../fakes/fake-clock.js';

const binding = { principal: anonymous, method: 'tools/call', target: 't', arguments: {} };
const accepted = { action: 'accept', content: {} };

function question(title: string, message = title): Question {
  return { kind: 'form', message, schema: { type: 'object', title } };
}

/** A client that calls an endpoint again with its answers, and the runs of that endpoint. */
class Caller {
  readonly #states = new RequestState(null, new FakeClock());
  state: string | null = null;
  keys: readonly string[] = [];

  constructor(readonly capabilities: Readonly<Record<string, unknown>> = { elicitation: {}, roots: {} }) {}

  /** One run: asks the rounds in their order until one has no answers; what the run knows then. */
  async run(
    responses: Retry['responses'],
    ...rounds: readonly (readonly Question[])[]
  ): Promise<(readonly JsonValue[])[]> {
    const link = new FakeClientLink({
      capabilities: this.capabilities,
      retry: { responses, state: this.state },
    });
    const channel = new RetryChannel(link, this.#states, binding);
    const known: (readonly JsonValue[])[] = [];
    for (const questions of rounds) {
      const answers = await channel.ask(questions);
      if (answers === null) break;
      known.push(answers);
    }
    const result = channel.inputRequired();
    this.state = result === null ? null : String(result['requestState']);
    this.keys = result === null ? [] : Object.keys(result['inputRequests'] as object);
    return known;
  }
}

describe('RetryChannel', () => {
  it('ends the run with a question, and goes on with the answer of the next', async () => {
    const caller = new Caller();

    expect(await caller.run({}, [question('A')])).toEqual([]);
    expect(caller.keys).toEqual(['a']);
    expect(await caller.run({ a: accepted }, [question('A')])).toEqual([[accepted]]);
    expect(caller.keys).toEqual([]);
  });

  it('keeps earlier answers in the state, so that each question is asked once', async () => {
    const caller = new Caller();
    const rounds = [[question('A')], [question('B')]];

    await caller.run({}, ...rounds);
    const first = caller.state;
    await caller.run({ a: accepted }, ...rounds);
    expect(caller.keys).toEqual(['b']);
    expect(caller.state).not.toBe(first);
    expect(await caller.run({ b: { action: 'decline' } }, ...rounds)).toEqual([
      [accepted],
      [{ action: 'decline' }],
    ]);
  });

  it('asks again only for what is missing of several questions', async () => {
    const caller = new Caller();
    const round = [question('A'), { kind: 'roots' } as const];

    await caller.run({}, round);
    expect(caller.keys).toEqual(['a', 'roots_1']);
    expect(await caller.run({ a: accepted, other: accepted }, round)).toEqual([]);
    expect(caller.keys).toEqual(['roots_1']);
    expect(await caller.run({ roots_1: { roots: [] } }, round)).toEqual([[accepted, { roots: [] }]]);
  });

  it('does not take the answer to one question for that to another', async () => {
    const caller = new Caller();

    await caller.run({}, [question('A', 'Delete the copy?')]);
    expect(await caller.run({ a: accepted }, [question('A', 'Delete everything?')])).toEqual([]);
    expect(caller.keys).toEqual(['a']);
  });

  it('forgets earlier answers to questions that are asked differently now', async () => {
    const caller = new Caller();

    await caller.run({}, [question('A', 'one')], [question('B')]);
    await caller.run({ a: accepted }, [question('A', 'one')], [question('B')]);
    expect(await caller.run({ b: accepted }, [question('A', 'two')], [question('B')])).toEqual([]);
    expect(caller.keys).toEqual(['a']);
  });

  it('asks again when the answer is none', async () => {
    const caller = new Caller();

    await caller.run({}, [question('A')]);
    await caller.run({ a: 12345 }, [question('A')]);
    expect(caller.keys).toEqual(['a']);
  });

  it('takes answers without a state, as from a client that knows the questions', async () => {
    expect(await new Caller().run({ a: accepted, b: accepted }, [question('A')], [question('B')])).toEqual([
      [accepted],
      [accepted],
    ]);
  });

  it('refuses a state that is not its own before anything runs', async () => {
    const caller = new Caller();
    caller.state = 'AAAA';

    await expect(caller.run({}, [question('A')])).rejects.toMatchObject({
      message: 'Invalid or expired requestState; call again without it',
    });
  });

  it('asks nothing that the client cannot answer, and says what it lacks', async () => {
    const link = new FakeClientLink({ capabilities: { roots: {} } });
    const channel = new RetryChannel(link, new RequestState(null, new FakeClock()), binding);

    await expect(channel.ask([question('A')])).rejects.toMatchObject({
      code: 'CAPABILITY_MISSING',
      capabilities: { elicitation: { form: {} } },
    });
    expect(channel.refusal).toMatchObject({ code: 'CAPABILITY_MISSING' });
    expect(channel.inputRequired()).toBeNull();
    // the endpoint may ask for something else instead
    expect(await channel.ask([{ kind: 'roots' }])).toBeNull();
    expect(channel.inputRequired()).toMatchObject({
      resultType: 'input_required',
      inputRequests: { roots_1: { method: 'roots/list', params: {} } },
    });
  });
});
