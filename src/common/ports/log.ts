import type { LogLevelName } from '../domain/app-config.js';

/** Facts of one log line: ids, counts, durations, names. Never tokens, arguments, results or SQL. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Where the server says what it does. Lines go to stderr. */
export abstract class Log {
  /** @param error its stack is written only when `logging.includeStack` is set */
  abstract write(
    level: LogLevelName,
    logger: string,
    message: string,
    fields?: LogFields,
    error?: unknown,
  ): void;

  /** From here on lines below this level are left out. */
  abstract setLevel(level: LogLevelName): void;
}
