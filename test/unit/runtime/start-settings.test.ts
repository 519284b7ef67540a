import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/common/domain/secret.js';
import { reconfigured } from '../../../src/modules/runtime/start-settings.js';
import { aConfig, noAuth } from '../../builders/a-config.js';

describe('reconfigured', () => {
  const started = aConfig();

  it('takes everything new where nothing of the start changed', () => {
    const fresh = aConfig({ limits: { rows: 1, bytes: 2, timeoutMs: 3 }, cache: { toolsListS: 9 } });

    expect(reconfigured(started, fresh)).toEqual({ config: fresh, restartRequired: [] });
  });

  it.each([
    ['transport.http.allowed_hosts', { http: { ...started.http, allowedHosts: ['a'] } }],
    ['transport.provider', { http: { ...started.http, transport: 'stdio' } }],
    ['auth.provider', { auth: { ...started.auth, provider: 'github' } }],
    ['METRICS_ENABLED', { metrics: { ...started.metrics, enabled: false } }],
    ['server', { server: { ...started.server, name: 'other' } }],
    ['logging', { logging: { ...started.logging, path: '/log' } }],
    ['audit', { audit: { ...started.audit, path: '/elsewhere' } }],
  ] as const)('names %s and keeps it', (name, change) => {
    const { config, restartRequired } = reconfigured(started, aConfig(change));

    expect(restartRequired).toEqual([name]);
    expect(config).toEqual(started);
  });

  it('lets API keys, scopes and mappings follow', () => {
    const auth = {
      ...started.auth,
      apiKeys: [{ name: 'ci', key: new Secret('k') }],
      requiredScopes: ['x'],
      claimMappings: { role: { clerk: ['post'] } },
    };
    const { config, restartRequired } = reconfigured(started, aConfig({ auth }));
    expect(config.auth).toEqual(auth);
    expect(config.auth.apiKeys).toBe(auth.apiKeys);
    expect(restartRequired).toEqual([]);
  });

  it('keeps the mappings of the provider that is in force', () => {
    const auth = { ...started.auth, provider: 'github', claimMappings: { login: { ann: ['all'] } } };
    expect(reconfigured(started, aConfig({ auth })).config.auth.claimMappings).toEqual({});
  });

  it('names the last key that goes: nobody is let in without any until the server starts again', () => {
    const withKey = aConfig({ auth: { ...noAuth, apiKeys: [{ name: null, key: new Secret('k') }] } });
    const { config, restartRequired } = reconfigured(withKey, aConfig());
    expect(config.auth.apiKeys).toEqual([]);
    expect(restartRequired).toEqual(['MCP_API_KEYS']);
  });

  it('names it also when it came by a reload', () => {
    expect(reconfigured(aConfig(), aConfig(), true).restartRequired).toEqual(['MCP_API_KEYS']);
  });

  it('notices a secret that changed', () => {
    const withKey = (key: string) =>
      aConfig({ server: { ...started.server, requestStateKey: new Secret(key) } });
    expect(reconfigured(withKey('a'), withKey('b')).restartRequired).toEqual(['server']);
    expect(reconfigured(withKey('a'), withKey('a')).restartRequired).toEqual([]);
  });

  it('refuses what the server must not be served with, where it has callers to ask', () => {
    const fresh = aConfig({ auth: { ...noAuth, problems: ['a key is short', 'so is another'] } });
    expect(() => reconfigured(started, fresh)).toThrow('a key is short\nso is another');
    const overStdio = aConfig({ http: { ...started.http, transport: 'stdio' } });
    expect(() => reconfigured(overStdio, fresh)).not.toThrow();
  });

  it('lets the log level follow', () => {
    const fresh = aConfig({ logging: { ...started.logging, level: 'debug' } });

    expect(reconfigured(started, fresh)).toEqual({ config: fresh, restartRequired: [] });
  });

  it('lets what goes into audit records follow', () => {
    const audit = {
      ...started.audit,
      redactKeys: ['iban'],
      outputCapture: 'none',
      path: '/elsewhere',
    } as const;

    const { config } = reconfigured(started, aConfig({ audit }));

    expect(config.audit).toEqual({ ...started.audit, redactKeys: ['iban'], outputCapture: 'none' });
    expect(Object.isFrozen(config.audit)).toBe(true);
  });
});
