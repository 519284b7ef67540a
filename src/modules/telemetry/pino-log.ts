import { inspect } from 'node:util';
import { pino, type Logger } from 'pino';
import type { LoggingConfig, LogLevelName } from '../../common/domain/app-config.js';
import type { Log, LogFields } from '../../common/ports/log.js';
import type { LogDestination } from './log-destination.js';

const pinoLevels = {
  debug: 'debug',
  info: 'info',
  warning: 'warn',
  error: 'error',
  critical: 'fatal',
} as const;
const shownLevels: Readonly<Record<string, string>> = {
  trace: 'DEBUG',
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
  fatal: 'CRITICAL',
};

/** JSON or text lines on stderr, in the shape that the operational guides parse (operations.md §9). */
export class PinoLog implements Log {
  /** The logger behind it, for nestjs-pino. */
  readonly pino: Logger;

  constructor(
    private readonly config: Pick<LoggingConfig, 'level' | 'includeStack'>,
    destination: LogDestination,
  ) {
    this.pino = pino(
      {
        level: pinoLevels[config.level],
        messageKey: 'message',
        base: null,
        timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
        formatters: { level: (label) => ({ level: shownLevels[label] ?? label.toUpperCase() }) },
        redact: {
          paths: ['authorization', 'cookie', 'token', 'password', '*.authorization', '*.cookie'],
          censor: '[REDACTED]',
        },
      },
      destination,
    );
  }

  write(level: LogLevelName, logger: string, message: string, fields: LogFields = {}, error?: unknown): void {
    this.pino[pinoLevels[level]]({ logger, ...fields, ...this.errorFields(error) }, message);
  }

  setLevel(level: LogLevelName): void {
    this.pino.level = pinoLevels[level];
  }

  private errorFields(error: unknown): LogFields {
    if (error === undefined) return {};
    if (!(error instanceof Error)) return { error: inspect(error) };
    return {
      error: error.message,
      error_type: error.name,
      ...(this.config.includeStack ? { stack: error.stack } : {}),
    };
  }
}
