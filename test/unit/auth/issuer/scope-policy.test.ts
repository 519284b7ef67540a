import { describe, expect, it } from 'vitest';
import type { OAuthClientConfig } from '../../../../src/common/domain/app-config.js';
import { innerScope, ScopePolicy, scopesOf } from '../../../../src/modules/auth/issuer/scope-policy.js';

const client = (clientId: string, scopes: readonly string[]): OAuthClientConfig => ({
  clientId,
  name: clientId,
  clientSecret: null,
  redirectUris: ['https://app.test/cb'],
  grantTypes: ['authorization_code'],
  scopes,
});
const policy = new ScopePolicy(() => ['x', 'y'], [client('narrow', ['x', 'a']), client('wide', [])]);

describe('ScopePolicy', () => {
  it('supports what is required and what any client may have', () => {
    expect(policy.supported).toEqual(['x', 'y', 'a']);
  });

  it.each([
    ['some-dynamic', [], ['x', 'y']],
    ['some-dynamic', ['a', 'z', 'a'], ['a']],
    ['some-dynamic', ['z'], null],
    ['narrow', ['x', 'y'], ['x']],
    ['narrow', ['y'], null],
    ['narrow', [], ['x']],
    ['wide', ['y', 'a'], ['y', 'a']],
    ['some-dynamic', [innerScope], null],
  ])('grants %s that asks for %j: %j', (clientId, requested, granted) => {
    expect(policy.granted(clientId, requested)).toEqual(granted);
  });

  it('drops every scope where it knows none', () => {
    expect(new ScopePolicy(() => [], []).granted('any', ['a'])).toEqual([]);
  });

  it('follows a reload', () => {
    let required = ['x'];
    const reloaded = new ScopePolicy(() => required, []);
    required = ['z'];

    expect(reloaded.granted('any', [])).toEqual(['z']);
  });
});

describe('scopesOf', () => {
  it('leaves the inner scope out', () => {
    expect(scopesOf(`${innerScope} a b`)).toEqual(['a', 'b']);
    expect(scopesOf(undefined)).toEqual([]);
  });
});
