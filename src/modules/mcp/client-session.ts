import type { NoticeLevel } from '../../common/domain/caller-channel.js';
import { InvalidParamsError } from './invalid-params-error.js';

/** Most resources that one session may watch. */
const WATCH_LIMIT = 1000;

/** What a client of the legacy era said about the messages that it wants in its session. */
export class ClientSession {
  /** Until the client says otherwise. */
  logLevel: NoticeLevel = 'info';
  readonly #watched = new Set<string>();

  /** @throws InvalidParamsError when the session watches too many resources */
  watch(uri: string): void {
    if (this.#watched.size >= WATCH_LIMIT && !this.#watched.has(uri)) {
      throw new InvalidParamsError(
        `A session can subscribe to at most ${WATCH_LIMIT} resources; unsubscribe from one first`,
      );
    }
    this.#watched.add(uri);
  }

  unwatch(uri: string): void {
    this.#watched.delete(uri);
  }

  get watched(): readonly string[] {
    return [...this.#watched];
  }
}
