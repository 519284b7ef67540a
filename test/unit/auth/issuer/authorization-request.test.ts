import { describe, expect, it } from 'vitest';
import {
  authorizationRequest,
  tokenRequest,
} from '../../../../src/modules/auth/issuer/authorization-request.js';
import { ResourceIdentifiers } from '../../../../src/modules/auth/resource-identifiers.js';

const resources = new ResourceIdentifiers('https://tools.test');
const authorize = (query: string) => authorizationRequest(new URLSearchParams(query), resources).toString();
const token = (form: string) => tokenRequest(new URLSearchParams(form), resources).toString();
const canonical = 'resource=https%3A%2F%2Ftools.test%2Fmcp';

describe('authorizationRequest', () => {
  it.each([
    ['client_id=a&prompt=none&request_uri=x', `client_id=a&${canonical}`],
    ['scope=+a++b+', `scope=a+b&${canonical}`],
    ['state=1&state=2', `state=1&state=2&${canonical}`],
    ['code_challenge=c', `code_challenge=c&code_challenge_method=S256&${canonical}`],
    [
      'code_challenge=c&code_challenge_method=plain',
      `code_challenge=c&code_challenge_method=plain&${canonical}`,
    ],
    ['resource=https://TOOLS.test/', canonical],
    ['resource=https://tools.test&resource=https://tools.test/mcp', canonical],
    ['resource=https://other.test', 'resource=https%3A%2F%2Fother.test'],
  ])('makes of %s: %s', (given, forwarded) => {
    expect(authorize(given)).toBe(forwarded);
  });
});

describe('tokenRequest', () => {
  it.each([
    ['code=1&anything=2', 'code=1&anything=2'],
    ['code=1&resource=https://tools.test', `code=1&${canonical}`],
    ['resource=https://other.test', 'resource=https%3A%2F%2Fother.test'],
  ])('makes of %s: %s', (given, forwarded) => {
    expect(token(given)).toBe(forwarded);
  });
});
