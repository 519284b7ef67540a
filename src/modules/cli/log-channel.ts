import type { LogLevelName } from '../../common/domain/app-config.js';
import { CallerChannel, type NoticeLevel } from '../../common/domain/caller-channel.js';
import type { JsonValue } from '../../common/domain/json.js';
import { toJsonText } from '../../common/domain/json-text.js';
import { CallerCannotAnswerError } from '../../common/errors/caller-errors.js';
import type { Log } from '../../common/ports/log.js';

const LOGGER = 'mxcp.runtime.mcp';

const levels: Readonly<Record<NoticeLevel, LogLevelName>> = {
  debug: 'debug',
  info: 'info',
  notice: 'info',
  warning: 'warning',
  error: 'error',
  critical: 'critical',
  alert: 'critical',
  emergency: 'critical',
};

/** The caller at a terminal: what endpoint code tells it goes to the log (python.md §4.2); it cannot be asked. */
export class LogChannel extends CallerChannel {
  constructor(private readonly sink: Log) {
    super();
  }

  progress(done: number, total?: number, message?: string): void {
    this.sink.write('info', LOGGER, message ?? 'progress', { done, total });
  }

  log(level: NoticeLevel, data: JsonValue, logger?: string): void {
    const text = typeof data === 'string' ? data : toJsonText(data);
    this.sink.write(levels[level], logger ?? LOGGER, text);
  }

  ask(): Promise<never> {
    const message =
      'The endpoint asks its caller, and the command line cannot answer; call it from an MCP client';
    return Promise.reject(new CallerCannotAnswerError(message));
  }
}
