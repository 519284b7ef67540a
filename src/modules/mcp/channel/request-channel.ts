import { CallerChannel, type NoticeLevel } from '../../../common/domain/caller-channel.js';
import type { JsonValue } from '../../../common/domain/json.js';
import { withRawIntegers } from '../../../common/domain/json-text.js';
import type { Question } from '../../../common/domain/question.js';
import type { CallerCannotAnswerError } from '../../../common/errors/caller-errors.js';
import type { McpResult } from '../mcp-answer.js';
import type { ClientLink } from './client-link.js';
import { isSevereEnough } from './notice-levels.js';

/** Most notifications of one request: nobody waits for a slow reader, so they would pile up. */
const NOTICE_LIMIT = 10_000;

/** The channel of one MCP request. What it is told reaches the client before the answer, or not at all. */
export abstract class RequestChannel extends CallerChannel {
  #isClosed = false;
  #noticesLeft = NOTICE_LIMIT;
  #lastProgress = Number.NEGATIVE_INFINITY;
  #sent: Promise<unknown> = Promise.resolve();

  constructor(protected readonly link: ClientLink) {
    super();
  }

  /** Why the client could not be asked, the last time it should have been. */
  abstract readonly refusal: CallerCannotAnswerError | null;

  /** The result that asks the client what the run needs to know; null when it needs nothing. */
  abstract inputRequired(): McpResult | null;

  abstract override ask(questions: readonly Question[]): Promise<readonly JsonValue[] | null>;

  /** Progress that goes back or stands still is not sent, as the protocol demands. */
  override progress(done: number, total?: number, message?: string): void {
    const { progressToken } = this.link;
    if (progressToken === null || !Number.isFinite(done) || done <= this.#lastProgress) return;
    this.#lastProgress = done;
    this.#send('notifications/progress', {
      progressToken,
      progress: done,
      ...(total === undefined ? {} : { total }),
      ...(message === undefined ? {} : { message }),
    });
  }

  override log(level: NoticeLevel, data: JsonValue, logger?: string): void {
    const { logLevel } = this.link;
    if (logLevel === null || !isSevereEnough(level, logLevel)) return;
    this.#send('notifications/message', {
      level,
      ...(logger === undefined ? {} : { logger }),
      data: withRawIntegers(data),
    });
  }

  /** Sends nothing from now on; settles when everything before is on its way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#sent;
  }

  #send(method: string, params: Readonly<Record<string, unknown>>): void {
    if (this.#isClosed || this.#noticesLeft === 0) return;
    this.#noticesLeft -= 1;
    // a client that has gone is noticed by the call's signal
    const sent = this.link.notify(method, params).catch(() => undefined);
    this.#sent = Promise.all([this.#sent, sent]);
  }
}
