import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../src/common/domain/audit-record.js';
import { keepEvent } from '../../../src/modules/execution/call-events.js';

function anEvent(target: string): AuditEvent {
  return {
    kind: 'external',
    started_at: '2026-01-01T00:00:00Z',
    duration_ms: 1,
    status: 'success',
    target,
    operation: 'GET /',
    summary: null,
    error: null,
    details: { status: 200 },
  };
}

describe('the events of a call', () => {
  it('are kept in order', () => {
    const events: AuditEvent[] = [];
    keepEvent(events, anEvent('a'));
    keepEvent(events, anEvent('b'));

    expect(events.map(({ target }) => target)).toEqual(['a', 'b']);
  });

  it('are a thousand at most, and the last one says so', () => {
    const events: AuditEvent[] = [];
    for (let index = 0; index < 1500; index += 1) keepEvent(events, anEvent(`t${index}`));

    expect(events).toHaveLength(1000);
    expect(events[998]?.target).toBe('t998');
    expect(events[999]).toMatchObject({
      target: null,
      details: {},
      summary: expect.stringContaining('left out'),
    });
  });
});
