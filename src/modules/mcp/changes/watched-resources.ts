import { isJsonArray, isJsonObject, type JsonValue } from '../../../common/domain/json.js';

/** Most resources that one listener may watch. */
const WATCH_LIMIT = 1000;

/** The resources that listeners of the modern era watch, so that their names are known when there is news. */
export class WatchedResources {
  readonly #counts = new Map<string, number>();

  get uris(): readonly string[] {
    return [...this.#counts.keys()];
  }

  /** Counts what a `subscriptions/listen` asks for, until the returned function is called. */
  listen(message: JsonValue): () => void {
    const uris = watchedBy(message);
    for (const uri of uris) this.#counts.set(uri, (this.#counts.get(uri) ?? 0) + 1);
    return () => {
      for (const uri of uris) {
        const left = (this.#counts.get(uri) ?? 0) - 1;
        if (left > 0) this.#counts.set(uri, left);
        else this.#counts.delete(uri);
      }
    };
  }
}

/** Empty for every other message. */
function watchedBy(message: JsonValue): readonly string[] {
  if (!isJsonObject(message) || message['method'] !== 'subscriptions/listen') return [];
  const params = message['params'];
  const filter = isJsonObject(params) ? params['notifications'] : undefined;
  const uris = isJsonObject(filter) ? filter['resourceSubscriptions'] : undefined;
  if (!isJsonArray(uris)) return [];
  const texts = uris.filter((uri): uri is string => typeof uri === 'string');
  return [...new Set(texts)].slice(0, WATCH_LIMIT);
}
