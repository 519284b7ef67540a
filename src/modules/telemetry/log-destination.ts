import { writeSync } from 'node:fs';
import type { LoggingConfig } from '../../common/domain/app-config.js';
import { RotatingLogFile } from './rotating-log-file.js';

/** Where pino's lines end up: stderr in either format, and the log file when one is configured. */
export class LogDestination {
  readonly #file: RotatingLogFile | null;
  #isFileFailing = false;

  constructor(
    private readonly config: LoggingConfig,
    private readonly show: (text: string) => void = writeStderr,
  ) {
    this.#file = config.path === null ? null : openFile(config.path, config, show);
  }

  /** Takes one JSON line as pino writes it. */
  write(line: string): void {
    const shown = this.config.format === 'text' ? textLine(line) : line;
    this.show(shown);
    this.#writeFile(shown);
  }

  close(): void {
    this.#file?.close();
  }

  /** A full disk must not stop the server: the lines are on stderr, and the file is tried again with the next. */
  #writeFile(text: string): void {
    try {
      this.#file?.write(text);
      this.#isFileFailing = false;
    } catch (error) {
      if (!this.#isFileFailing) {
        this.show(
          `Warning: Failed to write to the log file ${String(this.config.path)}: ${(error as Error).message}\n`,
        );
      }
      this.#isFileFailing = true;
    }
  }
}

/** A log file that cannot be opened is said once and done without (configuration.md §14). */
function openFile(path: string, config: LoggingConfig, show: (text: string) => void): RotatingLogFile | null {
  try {
    return new RotatingLogFile(path, config.maxBytes, config.backupCount);
  } catch (error) {
    show(`Warning: Failed to setup file logging to ${path}: ${(error as Error).message}\n`);
    return null;
  }
}

/** A pipe or disk that is full, or gone, must not stop the server. */
function writeStderr(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // there is no other place to say so
  }
}

/** `2026-03-02T09:15:04.812Z - mcp - INFO - Request completed` (operations.md §9). */
function textLine(line: string): string {
  const { timestamp, logger, level, message, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const facts = Object.entries(rest).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const tail = facts.length === 0 ? '' : ` ${facts.join(' ')}`;
  return `${String(timestamp)} - ${String(logger)} - ${String(level)} - ${String(message)}${tail}\n`;
}
