import { LRUCache } from 'lru-cache';
import type { JsonObject } from '../../../common/domain/json.js';
import { parseJsonObject } from '../../../common/domain/json-text.js';
import type { Log } from '../../../common/ports/log.js';
import { clientDescription, oidcMetadata } from '../clients/client-metadata.js';
import { FetchRefusedError, guardedFetch, type Reach } from './guarded-fetch.js';

/** A document that was refused is not fetched again for so long, whoever asks. */
const REFUSED_MS = 10_000;
/** Strangers decide what is fetched, so they do not decide how much. */
const MOST_AT_ONCE = 20;
/** Nor how much is logged: of a URL, and of an error, which may quote a certificate. */
const LONGEST_URL = 2_048;
const LONGEST_REASON = 200;

/** Client ID metadata documents (auth.md §13.6), as oidc-provider's way to fetch anything. */
export class ClientDocuments {
  readonly #refused = new LRUCache<string, true>({ max: 500, ttl: REFUSED_MS });
  #running = 0;

  constructor(
    private readonly reach: Reach,
    private readonly log: Log,
  ) {}

  /** Whether a client id is the URL of a document: with a path, or every host would be a client. */
  isDocumentUrl(clientId: string): boolean {
    if (clientId.length > LONGEST_URL) return false;
    const url = URL.parse(clientId);
    return url?.protocol === 'https:' && url.pathname !== '/';
  }

  /** The document, reduced to what this server keeps of a client. @throws when there is none that can be used */
  async fetch(location: string): Promise<Response> {
    if (this.#running >= MOST_AT_ONCE) throw new FetchRefusedError('too many documents are being fetched');
    if (this.#refused.has(location)) throw new FetchRefusedError('the document was refused a moment ago');
    this.#running += 1;
    try {
      const { text, cacheControl, expires } = await guardedFetch(new URL(location), this.reach);
      const headers = new Headers({ 'content-type': 'application/json' });
      if (cacheControl !== undefined) headers.set('cache-control', cacheControl);
      if (expires !== undefined) headers.set('expires', expires);
      return new Response(JSON.stringify(publicClient(text, location)), { headers });
    } catch (error) {
      this.#refused.set(location, true);
      const reason = error instanceof Error ? error.message.slice(0, LONGEST_REASON) : 'unknown';
      this.log.write('info', 'auth', 'A client metadata document was refused', { url: location, reason });
      throw error;
    } finally {
      this.#running -= 1;
    }
  }
}

/** The metadata of a client without secrets, which is all that a public document can describe. */
function publicClient(text: string, location: string): JsonObject {
  const document = parseJsonObject(text);
  if (document === null) throw new FetchRefusedError('the document is no JSON object');
  if (document['client_id'] !== location) {
    throw new FetchRefusedError('client_id is not the URL of the document');
  }
  if ('client_secret' in document) throw new FetchRefusedError('the document contains a secret');
  const description = clientDescription(document);
  if (description.texts.client_name === undefined) throw new FetchRefusedError('client_name is missing');
  if ((description.authMethod ?? 'none') !== 'none') {
    throw new FetchRefusedError('token_endpoint_auth_method must be none');
  }
  return {
    ...oidcMetadata(description),
    client_id: location,
    token_endpoint_auth_method: 'none',
  };
}
