import type { AuditEvent } from '../../../common/domain/audit-record.js';
import { noticeLevels } from '../../../common/domain/caller-channel.js';
import { isJsonObject, type JsonObject } from '../../../common/domain/json.js';
import type { Clock } from '../../../common/ports/clock.js';
import type { Log } from '../../../common/ports/log.js';
import { keepEvent } from '../call-events.js';
import { LineBudget } from '../line-budget.js';
import type { CallContext, CallContexts } from './call-contexts.js';
import { ProtocolError } from './protocol-error.js';
import { numberMember, optionalNumber, optionalText, textMember, wordMember } from './wire.js';

const logLevels = ['debug', 'info', 'warning', 'error', 'critical'] as const;
/** Characters of a log line that are kept. */
const LINE_LIMIT = 4096;

/** What workers tell without waiting for an answer: log lines, notices to the caller, audit events. */
export class HostNotices {
  readonly #budget: LineBudget;

  constructor(
    private readonly contexts: CallContexts,
    private readonly log: Log,
    clock: Clock,
  ) {
    this.#budget = new LineBudget(clock, (lines) => {
      log.write('warning', 'python', 'Python logged too fast; lines were dropped', { lines });
    });
  }

  /**
   * Takes a notice. One in the name of a call that has ended is dropped.
   * @throws ProtocolError
   */
  take(message: JsonObject): void {
    const type = textMember(message, 'type');
    if (type === 'log') {
      this.#writeLog(message);
      return;
    }
    const context = this.contexts.find(textMember(message, 'context'));
    if (type === 'notice') notify(message, context);
    else if (type === 'progress') progress(message, context);
    else if (type === 'audit_event') record(message, context);
    else throw new ProtocolError('an unknown type');
  }

  #writeLog(message: JsonObject): void {
    if (!this.#budget.admits()) return;
    const name = textMember(message, 'logger');
    const logger = name === '' || name === 'root' ? 'python' : `python.${name}`;
    const text = textMember(message, 'message');
    const level = wordMember(message, 'level', logLevels);
    const context = this.contexts.find(optionalText(message, 'context') ?? '');
    const shown = text.length > LINE_LIMIT ? `${text.slice(0, LINE_LIMIT)}…` : text;
    this.log.write(level, logger, shown, { correlationId: context?.request?.correlationId });
  }
}

function notify(message: JsonObject, context: CallContext | null): void {
  const level = wordMember(message, 'level', noticeLevels);
  const logger = optionalText(message, 'logger') ?? undefined;
  context?.request?.channel.log(level, message['data'] ?? null, logger);
}

function record(message: JsonObject, context: CallContext | null): void {
  const event = eventOf(message);
  if (context?.request) keepEvent(context.request.events, event);
}

function progress(message: JsonObject, context: CallContext | null): void {
  const total = optionalNumber(message, 'total') ?? undefined;
  const text = optionalText(message, 'message') ?? undefined;
  context?.request?.channel.progress(numberMember(message, 'done'), total, text);
}

/** The keys of audit.md §2.3. */
function eventOf({ event }: JsonObject): AuditEvent {
  if (!isJsonObject(event)) throw new ProtocolError('member event');
  const { details } = event;
  return {
    kind: 'external',
    started_at: textMember(event, 'started_at'),
    duration_ms: numberMember(event, 'duration_ms'),
    status: wordMember(event, 'status', ['success', 'error']),
    target: optionalText(event, 'target'),
    operation: optionalText(event, 'operation'),
    summary: optionalText(event, 'summary'),
    error: optionalText(event, 'error'),
    details: isJsonObject(details) ? details : {},
  };
}
