/** `mxcp-server/runtime` was used where no call is running. */
export class NoCallError extends Error {
  override readonly name = 'NoCallError';
}

/**
 * The server refused or could not do what author code asked for: a SQL error with DuckDB's own message, a caller
 * that cannot be asked.
 */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  /** Such as `EXECUTION_FAILED` or `CAPABILITY_MISSING`; the codes of the error reference. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The result cannot be told as JSON; the message says where and why. */
export class ResultError extends Error {
  override readonly name = 'ResultError';
}

/** The result is beyond the caps of the call. */
export class ResultTooLargeError extends Error {
  override readonly name = 'ResultTooLargeError';
}

/** The module could not be loaded, or has no such function; the message is complete. */
export class LoadError extends Error {
  override readonly name = 'LoadError';
  /** Null when there is no place to name. */
  readonly file: string | null;
  readonly line: number | null;

  constructor(message: string, file: string | null = null, line: number | null = null) {
    super(message);
    this.file = file;
    this.line = line;
  }
}

/** Author code called `process.exit`, or one of its exceptions was caught by nobody. */
export class ExitedError extends Error {
  override readonly name = 'ExitedError';
}
