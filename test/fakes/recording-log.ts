import type { LogLevelName } from '../../src/common/domain/app-config.js';
import type { Log, LogFields } from '../../src/common/ports/log.js';

export interface LogLine {
  readonly level: LogLevelName;
  readonly logger: string;
  readonly message: string;
  readonly fields: LogFields;
  readonly error: unknown;
}

/** Keeps what was logged. */
export class RecordingLog implements Log {
  readonly lines: LogLine[] = [];
  /** As last set; everything is kept all the same. */
  level: LogLevelName | null = null;

  write(level: LogLevelName, logger: string, message: string, fields: LogFields = {}, error?: unknown): void {
    this.lines.push({ level, logger, message, fields, error });
  }

  setLevel(level: LogLevelName): void {
    this.level = level;
  }
}
