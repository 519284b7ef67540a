import { describe, expect, it } from 'vitest';
import { unidentified } from '../../../src/common/domain/principal.js';
import { ClientSession } from '../../../src/modules/mcp/client-session.js';
import { anEndpoint } from '../../builders/an-endpoint.js';
import { aCaller, anMcp } from '../../builders/an-mcp.js';

const resource = anEndpoint({ kind: 'resource', id: 'a://b', name: 'b' });

function aSession() {
  const session = new ClientSession();
  const caller = aCaller({ session });
  const { methods } = anMcp({ endpoints: [resource] });
  const ask = (method: string, params: Record<string, string>) => methods.answer(method, params, caller);
  return { session, methods, ask };
}

describe('resources/subscribe', () => {
  it('watches a resource until it is unsubscribed', async () => {
    const { session, ask } = aSession();

    expect(await ask('resources/subscribe', { uri: 'a://b' })).toEqual({ kind: 'result', result: {} });
    expect(session.watched).toEqual(['a://b']);
    expect(await ask('resources/unsubscribe', { uri: 'a://b' })).toEqual({ kind: 'result', result: {} });
    expect(session.watched).toEqual([]);
  });

  it('knows no resource that nobody could read', async () => {
    const { session, ask } = aSession();

    expect(await ask('resources/subscribe', { uri: 'a://c' })).toMatchObject({
      error: { code: -32002, message: 'Unknown resource: a://c' },
    });
    expect(session.watched).toEqual([]);
  });

  it('needs an identity where calls need one, and a session', async () => {
    const { methods } = aSession();
    const subscribe = (caller: ReturnType<typeof aCaller>) =>
      methods.answer('resources/subscribe', { uri: 'a://b' }, caller);

    expect(await subscribe(aCaller({ session: new ClientSession(), principal: unidentified }))).toMatchObject(
      {
        error: { code: 40101 },
      },
    );
    expect(await subscribe(aCaller())).toMatchObject({
      error: { code: -32602, message: 'Subscriptions need a session: call `initialize` first' },
    });
  });

  it('is bounded', () => {
    const session = new ClientSession();
    for (let index = 0; index < 1000; index += 1) session.watch(`a://${index}`);

    session.watch('a://0');
    expect(() => {
      session.watch('a://1000');
    }).toThrow('A session can subscribe to at most 1000 resources');
  });
});

describe('logging/setLevel', () => {
  it('sets the level of the session, which is info before', async () => {
    const { session, ask } = aSession();

    expect(session.logLevel).toBe('info');
    expect(await ask('logging/setLevel', { level: 'error' })).toEqual({ kind: 'result', result: {} });
    expect(session.logLevel).toBe('error');
  });

  it('refuses a level that is none', async () => {
    expect(await aSession().ask('logging/setLevel', { level: 'loud' })).toMatchObject({
      error: { code: -32602 },
    });
  });

  it('changes nothing for a request that stands alone', async () => {
    const answer = await anMcp().methods.answer('logging/setLevel', { level: 'debug' }, aCaller());

    expect(answer).toEqual({ kind: 'result', result: {} });
  });
});
