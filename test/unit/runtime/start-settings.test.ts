import { describe, expect, it } from 'vitest';
import type { IssuerConfig } from '../../../src/common/domain/app-config.js';
import { Secret } from '../../../src/common/domain/secret.js';
import { ConfigInvalidError } from '../../../src/common/errors/config-errors.js';
import { reconfigured } from '../../../src/modules/runtime/start-settings.js';
import { aConfig } from '../../builders/a-config.js';
import { anIssuer } from '../../builders/an-auth-config.js';

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

  it('notices a secret that changed, and shows it nowhere', () => {
    const before = aConfig({ auth: anIssuer() });
    const { oauth } = anIssuer();
    const provider = { ...(oauth as IssuerConfig).provider, clientSecret: new Secret('rotated') };

    const { config, restartRequired } = reconfigured(before, aConfig({ auth: anIssuer({ provider }) }));

    expect(restartRequired).toEqual(['auth']);
    expect(config.auth.oauth).toBe(before.auth.oauth);
  });

  it('lets keys, required scopes and claim mappings follow', () => {
    const follows = {
      apiKeys: [{ name: 'ci', key: new Secret('k'.repeat(20)) }],
      requiredScopes: ['read'],
      claimMappings: { role: { hr: ['salaries'] } },
    };
    const before = aConfig({ auth: anIssuer() });

    const after = reconfigured(before, aConfig({ auth: { ...anIssuer(), ...follows } }));

    expect(after.restartRequired).toEqual([]);
    expect(after.config.auth).toEqual({ ...before.auth, ...follows });
  });

  it('refuses what the server would not have started with', () => {
    const fresh = aConfig({ auth: { ...started.auth, problems: ['one is wrong', 'two is wrong'] } });

    expect(() => reconfigured(started, fresh)).toThrow(new ConfigInvalidError('one is wrong\ntwo is wrong'));
  });

  it('does not mind over stdio, where nobody is let in', () => {
    const stdio = aConfig({ http: { ...started.http, transport: 'stdio' } });
    const auth = { ...started.auth, problems: ['a key is short'] };

    expect(reconfigured(stdio, aConfig({ ...stdio, auth })).restartRequired).toEqual([]);
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
