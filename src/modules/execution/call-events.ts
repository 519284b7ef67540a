import type { AuditEvent } from '../../common/domain/audit-record.js';

/** Most events of one call: its audit record is one line. */
const LIMIT = 1000;

/** Adds an event to a call's record. Where there are too many, the last one says that others were left out. */
export function keepEvent(events: AuditEvent[], event: AuditEvent): void {
  if (events.length < LIMIT) {
    events.push(event);
    return;
  }
  events[LIMIT - 1] = {
    ...event,
    target: null,
    operation: null,
    summary: `This call had more than ${LIMIT} events; the others were left out`,
    error: null,
    details: {},
  };
}
