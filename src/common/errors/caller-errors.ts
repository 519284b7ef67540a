import { AppError } from './app-error.js';

/** An endpoint asks its caller something that this caller cannot answer. */
export class CallerCannotAnswerError extends AppError {
  /** @param capabilities what a client must declare to be asked, as in MCP's `ClientCapabilities`; null where none can */
  constructor(
    message: string,
    readonly capabilities: Readonly<Record<string, unknown>> | null = null,
  ) {
    super('CAPABILITY_MISSING', message);
  }
}
