import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { effectiveLimits } from '../../../../src/common/domain/limits.js';
import {
  anonymous,
  isAuthenticated,
  principalFromContext,
  userContextProblem,
} from '../../../../src/common/domain/principal.js';
import { Secret } from '../../../../src/common/domain/secret.js';

describe('principalFromContext', () => {
  it('fills in who it is when the context does not say', () => {
    expect(principalFromContext({ role: 'hr' }, 'cli', 'cli_user')).toMatchObject({
      provider: 'cli',
      userId: 'cli_user',
      username: 'cli_user',
      email: null,
      profile: { role: 'hr' },
      capabilities: [],
    });
  });

  it('keeps the external token out of the profile', () => {
    const principal = principalFromContext({ user_id: 'u', external_token: 'gho_1' }, 'cli', 'x');

    expect(principal.externalToken?.reveal()).toBe('gho_1');
    expect(JSON.stringify(principal)).not.toContain('gho_1');
  });

  it('has the capabilities and scopes that the context gives', () => {
    const context = { user_id: 'u', capabilities: ['read'], scopes: ['a'] };

    expect(principalFromContext(context, 'cli', 'x')).toMatchObject({
      capabilities: ['read'],
      scopes: ['a'],
    });
  });

  it.each([
    [{ user_id: 42 }, 'user_id must be a string'],
    [{ user_id: ['a'] }, 'user_id must be a string'],
    [{ external_token: 7 }, 'external_token must be a string'],
    [{ capabilities: 'read' }, 'capabilities must be a list of strings'],
    [{ capabilities: ['read', 1] }, 'capabilities must be a list of strings'],
    [{ user_id: null, external_token: null, capabilities: null }, null],
    [{ user_id: 'ada', capabilities: [] }, null],
    [{}, null],
  ])('finds in %j: %s', (context, problem) => {
    expect(userContextProblem(context)).toBe(problem);
  });

  it('tells anonymous from signed in', () => {
    expect([isAuthenticated(anonymous), isAuthenticated(principalFromContext({}, 'cli', 'x'))]).toEqual([
      false,
      true,
    ]);
  });
});

describe('Secret', () => {
  it('prints as [secret] wherever it goes', () => {
    const secret = new Secret('hunter2');

    expect(
      [String(secret), JSON.stringify({ secret }), inspect(secret), inspect({ deep: { secret } })].join(),
    ).not.toContain('hunter2');
    expect(secret.reveal()).toBe('hunter2');
  });
});

describe('effectiveLimits', () => {
  const site = { rows: 10, bytes: 20, timeoutMs: 30 };

  it.each([
    ['http', null, { rows: 10, bytes: 20, timeoutMs: 30 }],
    ['stdio', 0, { rows: 0, bytes: 20, timeoutMs: 30 }],
    ['cli', null, { rows: 0, bytes: 0, timeoutMs: 30 }],
    ['test', 5, { rows: 5, bytes: 0, timeoutMs: 30 }],
  ] as const)('for %s with own row cap %s', (origin, rows, expected) => {
    expect(effectiveLimits({ rows, bytes: null, timeoutMs: null }, site, origin)).toEqual(expected);
  });
});
