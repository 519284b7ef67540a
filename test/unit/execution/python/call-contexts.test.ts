import { describe, expect, it } from 'vitest';
import type { CallRequest } from '../../../../src/common/domain/call.js';
import { principalFromContext } from '../../../../src/common/domain/principal.js';
import { CallContexts, contextMessage } from '../../../../src/modules/execution/python/call-contexts.js';
import { aCall } from '../../../builders/a-call.js';

const messageOf = (overrides: Partial<CallRequest>) => {
  const contexts = new CallContexts();
  return contextMessage(contexts.open(aCall(overrides), new AbortController().signal));
};

describe('contextMessage', () => {
  it('tells of an anonymous MCP client', () => {
    expect(messageOf({ headers: { accept: '*/*' } })).toEqual({
      id: 'c1',
      user: null,
      headers: { accept: '*/*' },
      transport: 'streamable-http',
      served: true,
    });
  });

  it('tells who calls, the token of the provider included', () => {
    const principal = principalFromContext(
      { user_id: 'ada', email: 'ada@x.y', external_token: 'gh-1', capabilities: ['read'], role: 'hr' },
      'cli',
      'cli_user',
    );

    expect(messageOf({ principal })['user']).toEqual({
      provider: 'cli',
      user_id: 'ada',
      username: 'cli_user',
      email: 'ada@x.y',
      name: null,
      avatar_url: null,
      raw_profile: { user_id: 'ada', email: 'ada@x.y', capabilities: ['read'], role: 'hr' },
      external_token: 'gh-1',
      capabilities: ['read'],
    });
  });

  it.each([
    ['http', 'streamable-http', true],
    ['stdio', 'stdio', true],
    ['cli', 'cli', false],
    ['test', 'cli-test', false],
    ['eval', 'cli-test', false],
  ] as const)('labels a call from %s', (origin, transport, served) => {
    expect(messageOf({ origin })).toMatchObject({ transport, served });
  });

  it('has headers of the command line only when they were given', () => {
    expect(messageOf({ origin: 'cli' })['headers']).toBeNull();
    expect(messageOf({ origin: 'cli', headers: { a: 'b' } })['headers']).toEqual({ a: 'b' });
    expect(messageOf({ origin: 'http' })['headers']).toEqual({});
  });

  it('gives every call its own id, and functions of the system no user', () => {
    const contexts = new CallContexts();
    const first = contexts.open(aCall(), new AbortController().signal);
    const second = contexts.openForFunction(null);

    expect(first.id).not.toBe(second.id);
    expect(contextMessage(second)).toEqual({
      id: second.id,
      user: null,
      headers: null,
      transport: 'cli',
      served: false,
    });
  });
});
