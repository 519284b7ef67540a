import { describe, expect, it } from 'vitest';
import { CrossOrigin } from '../../../../src/modules/auth/http/cross-origin.js';

const app = 'https://app.test';
const crossOrigin = new CrossOrigin([`${app}:443/`, 'vscode-webview://a'], true);
const asked = 'Content-Type, X-Api-Key, MCP-Protocol-Version, mcp-param-city, x-evil';

describe('CrossOrigin', () => {
  it.each([
    '/.well-known/oauth-protected-resource/mcp',
    '/.well-known/openid-configuration',
    '/token',
    '/register',
    '/revoke',
    '/jwks',
  ])('lets any page read %s, without credentials', (path) => {
    expect(crossOrigin.isOpen(path)).toBe(true);
    expect(crossOrigin.headers(path, 'https://any.test')).toMatchObject({
      'access-control-allow-origin': '*',
    });
    expect(crossOrigin.preflight(path, { origin: 'https://any.test', headers: asked })).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'Authorization, Content-Type, MCP-Protocol-Version',
    });
  });

  it.each(['/mcp', '/authorize', '/consent/1', '/token/x', '/health'])('does not open %s', (path) => {
    expect(crossOrigin.isOpen(path)).toBe(false);
  });

  it('opens no endpoints that are not served', () => {
    expect(new CrossOrigin([], false).isOpen('/token')).toBe(false);
  });

  it('lets allowed pages call /mcp and read challenges', () => {
    expect(crossOrigin.headers('/mcp', app)).toEqual({
      vary: 'Origin',
      'access-control-allow-origin': app,
      'access-control-expose-headers': 'WWW-Authenticate, Mcp-Session-Id, Retry-After, X-Correlation-Id',
      'cross-origin-resource-policy': 'cross-origin',
    });
    expect(crossOrigin.preflight('/mcp', { origin: app, headers: asked })).toMatchObject({
      vary: 'Origin, Access-Control-Request-Headers',
      'access-control-allow-origin': app,
      'access-control-allow-methods': 'GET, POST, DELETE',
      'access-control-allow-headers': 'content-type, x-api-key, mcp-protocol-version, mcp-param-city',
    });
    expect(crossOrigin.headers('/mcp', 'vscode-webview://a')).toMatchObject({
      'access-control-allow-origin': 'vscode-webview://a',
    });
  });

  it.each(['https://evil.test', 'http://app.test', 'null', undefined])(
    'does not let %s read /mcp',
    (origin) => {
      expect(crossOrigin.headers('/mcp', origin)).toEqual({ vary: 'Origin' });
      expect(crossOrigin.preflight('/mcp', { origin, headers: asked })).toEqual({
        allow: 'GET, POST, DELETE, OPTIONS',
        vary: 'Origin',
      });
    },
  );

  it('says nothing of other paths, and of /mcp while no page is allowed', () => {
    expect(crossOrigin.headers('/authorize', app)).toBeNull();
    expect(crossOrigin.preflight('/authorize', { origin: app, headers: undefined })).toBeNull();
    expect(new CrossOrigin([], true).headers('/mcp', app)).toBeNull();
  });
});
