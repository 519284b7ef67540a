import { describe, expect, it } from 'vitest';
import { applicationType, redirectUrisProblem } from '../../../../src/modules/auth/clients/redirect-uris.js';

describe('redirectUrisProblem', () => {
  it.each([
    'https://app.test/cb',
    'https://app.test:8443/cb?x=1',
    'http://localhost:3000/cb',
    'http://127.0.0.1/cb',
    'http://[::1]:1234/cb',
    'com.example.app:/oauth',
    'cursor://anysphere.cursor-retrieval/oauth',
    'vscode://vscode.github-authentication/did-authenticate',
    'vscode-insiders://x',
  ])('is null for %s', (uri) => {
    expect(redirectUrisProblem([uri])).toBeNull();
  });

  it.each([
    'http://app.test/cb',
    'http://127.0.0.1.evil.test/cb',
    'http://localhost.evil.test/cb',
    'http://10.0.0.5/cb',
    'https://user@app.test/cb',
    'https://app.test/cb#part',
    'https://app.test/cb#',
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'myapp://cb',
    'cb',
    '',
    `https://app.test/${'x'.repeat(2048)}`,
    7,
    null,
  ])('names what is wrong with %s', (uri) => {
    expect(redirectUrisProblem([uri])).toMatch(/^redirect_uris must/);
  });

  it('takes one to ten', () => {
    const some = (count: number) => Array.from({ length: count }, (_, at) => `https://app.test/${at}`);

    expect(redirectUrisProblem([])).toMatch('at least one');
    expect(redirectUrisProblem(some(10))).toBeNull();
    expect(redirectUrisProblem(some(11))).toMatch('more than 10');
  });
});

describe('applicationType', () => {
  it.each([
    ['native', ['http://localhost/cb', 'https://app.test/cb', 'cursor://x']],
    ['web', ['https://localhost/cb']],
    ['web', ['https://app.test/cb', 'http://intranet/cb']],
  ])('is %s for %j', (type, uris) => {
    expect(applicationType(uris)).toBe(type);
  });
});
