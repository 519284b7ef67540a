import { describe, expect, it } from 'vitest';
import { BrowserCookies } from '../../../src/modules/auth/browser-cookies.js';

const secure = new BrowserCookies('https://mxcp.test/tools');
const local = new BrowserCookies('http://localhost:8000');

describe('Cookies of an https server', () => {
  it('belong to this host alone', () => {
    expect(secure.keep('mxcp_x', 'abc', 60)).toBe(
      '__Host-mxcp_x=abc; Max-Age=60; Path=/; HttpOnly; SameSite=Lax; Secure',
    );
  });

  it('are removed under the same name', () => {
    expect(secure.drop('mxcp_x')).toBe('__Host-mxcp_x=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax; Secure');
  });

  it('are not read without the prefix, which anybody could have set', () => {
    expect(secure.read('mxcp_x=planted', 'mxcp_x')).toBeNull();
    expect(secure.read('a=1; __Host-mxcp_x=abc; mxcp_x=planted', 'mxcp_x')).toBe('abc');
  });
});

describe('Cookies of a server on this computer', () => {
  it('are such as browsers take over http', () => {
    expect(local.keep('mxcp_x', 'abc', 60)).toBe('mxcp_x=abc; Max-Age=60; Path=/; HttpOnly; SameSite=Lax');
  });

  it.each([
    ['mxcp_x=abc', 'abc'],
    ['a=1;mxcp_x=abc;b=2', 'abc'],
    ['mxcp_x=', ''],
    ['mxcp_x=a=b', 'a=b'],
    ['mxcp_x=abc; mxcp_x=def', null],
    ['not_mxcp_x=abc', null],
    ['', null],
    [undefined, null],
  ])('are read from %j as %j', (header, value) => {
    expect(local.read(header, 'mxcp_x')).toBe(value);
  });
});
