import { AppError } from '../../../../common/errors/app-error.js';
import { ExecutionFailedError } from '../../../../common/errors/endpoint-errors.js';

/** A template that cannot be compiled; the message is worded as Jinja2 words it. */
export class TemplateSyntaxError extends AppError {
  constructor(
    message: string,
    /** 1-based line of the template. */
    readonly line: number,
  ) {
    super('ENDPOINT_INVALID', message);
  }
}

/** A template that failed while rendering; the message is worded as Python words it. */
export class TemplateError extends ExecutionFailedError {}
