import { describe, expect, it } from 'vitest';
import type { Question } from '../../../../src/common/domain/question.js';
import { SessionChannel } from '../../../../src/modules/mcp/channel/session-channel.js';
import { FakeClientLink } from '../../../fakes/fake-client-link.js';

const form: Question = { kind: 'form', message: 'Who?', schema: { type: 'object' } };
const capabilities = { elicitation: {}, roots: {} };

describe('SessionChannel', () => {
  it('asks all questions at once and gives the answers in their order', async () => {
    const link = new FakeClientLink({
      capabilities,
      answer: (method) => (method === 'roots/list' ? { roots: [] } : { action: 'accept', content: {} }),
    });

    const answers = await new SessionChannel(link).ask([{ kind: 'roots' }, form]);

    expect(answers).toEqual([{ roots: [] }, { action: 'accept', content: {} }]);
    expect(link.sent.map(({ method }) => method)).toEqual(['roots/list', 'elicitation/create']);
  });

  it('asks nobody who did not declare that it can answer', async () => {
    const link = new FakeClientLink({ capabilities: { elicitation: {} } });
    const asked = new SessionChannel(link).ask([form, { kind: 'roots' }]);

    await expect(asked).rejects.toMatchObject({
      code: 'CAPABILITY_MISSING',
      message: 'The client does not support what the endpoint asks for: roots',
      capabilities: { roots: {} },
    });
    expect(link.sent).toEqual([]);
  });

  it('asks nobody without a session', async () => {
    const asked = new SessionChannel(new FakeClientLink()).ask([form]);

    await expect(asked).rejects.toMatchObject({ code: 'CAPABILITY_MISSING', capabilities: null });
  });

  it('does not take an answer to something else', async () => {
    const link = new FakeClientLink({ capabilities, answer: () => ({ action: 'maybe' }) });

    await expect(new SessionChannel(link).ask([form])).rejects.toMatchObject({ code: 'EXECUTION_FAILED' });
  });
});
