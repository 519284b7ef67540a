import { describe, expect, it } from 'vitest';
import { reconfigured } from '../../../src/modules/runtime/start-settings.js';
import { aConfig } from '../../builders/a-config.js';

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
