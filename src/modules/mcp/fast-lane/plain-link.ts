import type { JsonObject } from '../../../common/domain/json.js';
import { CallerRefusedError } from '../channel/caller-refused-error.js';
import { noRetry, type ClientLink } from '../channel/client-link.js';

/** The client of a request that wants neither progress nor log, and is no retry. */
export class PlainLink implements ClientLink {
  readonly progressToken = null;
  readonly logLevel = null;
  readonly retry = noRetry;

  constructor(readonly capabilities: JsonObject) {}

  notify(): Promise<void> {
    return Promise.resolve();
  }

  request(): Promise<never> {
    return Promise.reject(new CallerRefusedError('This client answers by calling again'));
  }
}
