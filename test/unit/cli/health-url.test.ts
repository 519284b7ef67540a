import { describe, expect, it } from 'vitest';
import { healthUrl, ownHealthUrl } from '../../../src/modules/cli/health/health-url.js';

describe('the URL that --url means', () => {
  it.each([
    ['http://localhost:3000', 'http://localhost:3000/health'],
    ['http://localhost:3000/', 'http://localhost:3000/health'],
    ['http://localhost:3000/health', 'http://localhost:3000/health'],
    ['http://localhost:3000/health/', 'http://localhost:3000/health'],
    ['https://mcp.example.com/tools', 'https://mcp.example.com/tools/health'],
    ['http://[::1]:8000', 'http://[::1]:8000/health'],
  ])('of %s is %s', (given, url) => {
    expect(healthUrl(given)).toBe(url);
  });

  it.each(['localhost:3000', 'mcp', '', 'file:///etc/passwd'])('is none for %j', (given) => {
    expect(() => healthUrl(given)).toThrow(`Invalid value for '--url': '${given}' is no http or https URL.`);
  });

  it.each(['http://ada:secret@mcp', 'http://mcp/?token=secret', 'http://mcp/#secret'])(
    'is refused with more than a place: %s',
    (given) => {
      const refusal = () => healthUrl(given);

      expect(refusal).toThrow('only scheme, host, port and path may be given');
      expect(refusal).not.toThrow('secret');
    },
  );
});

describe('the URL of a server with the same variables', () => {
  it.each([
    [{}, 'http://127.0.0.1:8000/health'],
    [{ BIND_IP: '', MCP_PORT: '' }, 'http://127.0.0.1:8000/health'],
    [{ BIND_IP: '0.0.0.0', MCP_PORT: '9100' }, 'http://127.0.0.1:9100/health'],
    [{ BIND_IP: '::' }, 'http://[::1]:8000/health'],
    [{ BIND_IP: '[::]' }, 'http://[::1]:8000/health'],
    [{ BIND_IP: '10.1.2.3' }, 'http://10.1.2.3:8000/health'],
    [{ BIND_IP: 'fd00::7' }, 'http://[fd00::7]:8000/health'],
    [{ BIND_IP: 'localhost' }, 'http://localhost:8000/health'],
  ])('%j is %s', (env, url) => {
    expect(ownHealthUrl(env)).toBe(url);
  });

  it('is refused as `serve` refuses it', () => {
    for (const port of ['http', '65536']) {
      expect(() => ownHealthUrl({ MCP_PORT: port })).toThrow(
        'MCP_PORT must be a port number from 0 to 65535',
      );
    }
  });
});
