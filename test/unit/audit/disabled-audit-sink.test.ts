import { describe, expect, it } from 'vitest';
import { DisabledAuditSink } from '../../../src/modules/audit/disabled-audit-sink.js';

describe('DisabledAuditSink', () => {
  it('says that nothing needs to be captured, and lets every call pass', async () => {
    const sink = new DisabledAuditSink();
    expect(sink.enabled).toBe(false);
    expect(sink.healthy()).toBe(true);
    await expect(Promise.all([sink.admit(), sink.write(), sink.close()])).resolves.toBeDefined();
  });
});
