import { describe, expect, it } from 'vitest';
import { authorizationServerMetadata } from '../../../../src/modules/auth/http/authorization-server-metadata.js';

describe('authorizationServerMetadata', () => {
  it('begins every URL with the issuer, whose bytes it repeats', () => {
    const issuer = 'https://tools.test:8443/data';
    const metadata = authorizationServerMetadata(issuer, ['x']);

    expect(metadata['issuer']).toBe(issuer);
    const urls = Object.entries(metadata).filter(([name]) => /_(endpoint|uri)$/.test(name));
    expect(urls).toHaveLength(5);
    for (const [, url] of urls) expect(url).toMatch(/^https:\/\/tools\.test:8443\/data\/\w+$/);
    expect(metadata['scopes_supported']).toEqual(['x']);
  });

  it('says nothing of scopes when there are none', () => {
    expect(authorizationServerMetadata('https://tools.test', [])).not.toHaveProperty('scopes_supported');
  });
});
