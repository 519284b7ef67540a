import { describe, expect, it } from 'vitest';
import type { AppConfig } from '../../../src/common/domain/app-config.js';
import { AuthJournal, type AuthEvent } from '../../../src/modules/auth/auth-journal.js';
import { RecordLimit } from '../../../src/modules/auth/record-limit.js';
import { DisabledAuditSink } from '../../../src/modules/audit/disabled-audit-sink.js';
import { aConfig } from '../../builders/a-config.js';
import { FakeClock } from '../../fakes/fake-clock.js';
import { MemoryAuditSink } from '../../fakes/memory-audit-sink.js';
import { RecordingLog } from '../../fakes/recording-log.js';
import { RecordingMetrics } from '../../fakes/recording-metrics.js';

const login: AuthEvent = {
  type: 'auth.authorize',
  status: 'success',
  reason: null,
  userId: 'ada',
  clientId: 'desk',
  correlationId: 'c-1',
  ip: '10.0.0.7',
  userAgent: 'agent/1',
};

const denial: AuthEvent = { ...login, type: 'auth.denied', status: 'error', userId: null, clientId: null };

const names = { instanceId: 'web-1:7', provider: 'github' };

function aJournal(config: AppConfig = aConfig(), audit = new MemoryAuditSink()) {
  const metrics = new RecordingMetrics();
  const clock = new FakeClock();
  const limit = new RecordLimit(clock, new RecordingLog());
  return { journal: new AuthJournal(audit, metrics, clock, () => config, names, limit), audit, metrics };
}

describe('AuthJournal', () => {
  it('records who signed in, for which client', async () => {
    const { journal, audit, metrics } = aJournal();

    await journal.record(login);

    expect(audit.records).toMatchObject([
      {
        schema_name: 'mxcp.auth',
        schema_version: 1,
        operation_type: 'auth',
        operation_name: 'auth.authorize',
        operation_status: 'success',
        caller_type: 'http',
        user_id: 'ada',
        error: null,
        business_context: { provider: 'github', client_id: 'desk' },
        event_type: 'auth.authorize',
        action: 'login',
        resource: 'desk',
        correlation_id: 'c-1',
        ip_address: '10.0.0.7',
        user_agent: 'agent/1',
        instance_id: 'web-1:7',
        profile: 'dev',
      },
    ]);
    expect(audit.records[0]?.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    expect(metrics.auth).toEqual([{ provider: 'github', status: 'success' }]);
  });

  it.each(['no_token', 'insufficient_scope', null])(
    'records the denial for %s, which is counted by who denies',
    async (reason) => {
      const { journal, audit, metrics } = aJournal();

      await journal.record({ ...denial, reason });

      expect(audit.records).toMatchObject([
        { event_type: 'auth.denied', action: 'denied', operation_status: 'error', error: reason ?? 'error' },
      ]);
      expect(audit.records[0]?.business_context['reason']).toBe(reason ?? undefined);
      expect(metrics.auth).toEqual([]);
    },
  );

  it('counts what failed otherwise', async () => {
    const { journal, audit, metrics } = aJournal();

    await journal.record({ ...login, status: 'error', reason: 'access_denied' });

    expect(audit.records).toMatchObject([{ operation_status: 'error', error: 'access_denied' }]);
    expect(metrics.auth).toEqual([{ provider: 'github', status: 'error' }]);
  });

  it.each(['auth.token', 'auth.refresh', 'auth.revoke', 'auth.register', 'auth.authorize'] as const)(
    'counts each failure of a flood of %s, and records some; what succeeds it records',
    async (type) => {
      const { journal, audit, metrics } = aJournal();
      const failure: AuthEvent = { ...login, type, status: 'error', reason: 'invalid_client', userId: null };

      for (let index = 0; index < 500; index += 1) await journal.record(failure);
      for (let index = 0; index < 40; index += 1) await journal.record(login);

      expect(audit.records.filter((record) => record.operation_status === 'error')).toHaveLength(30);
      expect(audit.records.filter((record) => record.operation_status === 'success')).toHaveLength(40);
      expect(metrics.auth).toHaveLength(540);
    },
  );

  it('leaves the network out where audit does', async () => {
    const { audit: settings } = aConfig();
    const { journal, audit } = aJournal(aConfig({ audit: { ...settings, captureNetwork: false } }));

    await journal.record(login);

    expect(audit.records).toMatchObject([{ ip_address: null, user_agent: null }]);
  });

  it('does not let pass what cannot be recorded', async () => {
    const { journal, audit } = aJournal();
    audit.isFull = true;

    await expect(journal.record(login)).rejects.toMatchObject({ code: 'AUDIT_FAILED' });
    expect(audit.records).toEqual([]);
  });

  it('counts while audit is off', async () => {
    const metrics = new RecordingMetrics();
    const off = new DisabledAuditSink();

    const limit = { hasRoomFor: () => true };
    await new AuthJournal(off, metrics, new FakeClock(), aConfig, names, limit).record(login);

    expect(metrics.auth).toEqual([{ provider: 'github', status: 'success' }]);
  });
});
