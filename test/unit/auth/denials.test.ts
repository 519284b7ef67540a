import { describe, expect, it } from 'vitest';
import { AuditFailedError } from '../../../src/common/errors/server-errors.js';
import { Denials } from '../../../src/modules/auth/denials.js';
import { RecordingLog } from '../../fakes/recording-log.js';

describe('Denials', () => {
  it('says so when a record cannot be kept, and goes on', async () => {
    const log = new RecordingLog();
    const denials = new Denials({ record: () => Promise.reject(new AuditFailedError()) }, log);

    await denials.record({
      type: 'auth.denied',
      status: 'error',
      reason: 'invalid_token',
      userId: null,
      clientId: null,
      correlationId: 'c-9',
      ip: null,
      userAgent: null,
    });

    expect(log.lines).toMatchObject([{ level: 'error', fields: { correlationId: 'c-9' } }]);
  });
});
