import type { EventEmitter } from 'node:events';
import { IncomingMessage, ServerResponse, type OutgoingHttpHeaders } from 'node:http';
import { Socket } from 'node:net';
import type { KoaContextWithOIDC, default as Provider } from 'oidc-provider';
import { UnavailableError } from '../../../common/errors/server-errors.js';
import { cookieNames } from './library-configuration.js';

/** What oidc-provider gets to see of a request: no header more. */
export interface LibraryRequest {
  readonly method: 'GET' | 'POST';
  /** With the query; routes are at the root, whatever path the issuer has. */
  readonly url: string;
  readonly body?: { readonly type: string; readonly text: string };
  readonly authorization?: string | undefined;
  /** The authorization request that goes on, in a browser that was recognised. */
  readonly resumed?: string;
}

export interface LibraryAnswer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string;
  /** Null unless the client was recognised. */
  readonly clientId: string | null;
  /** Of the authorization request that waits for its user after this; null when none does. */
  readonly waiting: string | null;
  /** Of this request, for those who know more about it. */
  readonly context: object | null;
}

/** Requests to oidc-provider, which thinks that it stands behind a proxy at the issuer's address. */
export class LibraryExchange {
  readonly #handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly #contexts = new WeakMap<IncomingMessage, KoaContextWithOIDC>();
  readonly #faults = new WeakMap<IncomingMessage, unknown>();
  readonly #issuer: URL;

  constructor(library: Provider) {
    this.#issuer = new URL(library.issuer);
    library.proxy = true;
    library.use(async (ctx: KoaContextWithOIDC, next: () => Promise<unknown>) => {
      this.#contexts.set(ctx.req, ctx);
      await next();
    });
    library.on('server_error', (ctx: KoaContextWithOIDC, error: unknown) => {
      this.#faults.set(ctx.req, error);
    });
    const application: EventEmitter = library;
    application.on('error', (error: unknown, ctx: KoaContextWithOIDC) => {
      this.#faults.set(ctx.req, error);
    });
    this.#handle = library.callback();
  }

  /** @throws whatever was thrown that is no answer to the client: an unavailable store or provider, a defect */
  async ask(given: LibraryRequest): Promise<LibraryAnswer> {
    const request = new InnerRequest(given, this.#issuer);
    const response = new InnerResponse(request);
    await this.#handle(request, response);
    if (this.#faults.has(request)) throw this.#faults.get(request);
    if (response.statusCode >= 500) throw new UnavailableError('The authorization server did not answer');
    const context = this.#contexts.get(request) ?? null;
    return {
      status: response.statusCode,
      headers: withoutCookies(response.getHeaders()),
      body: response.body,
      clientId: clientOf(context),
      waiting: waitingIn(context, given),
      context,
    };
  }
}

/** A request that no socket brought; its own stands for none, so that nothing can happen to the real one. */
class InnerRequest extends IncomingMessage {
  /** With the issuer's path, which a proxy took off; oidc-provider puts it into URLs and cookie paths. */
  readonly originalUrl: string;

  constructor({ method, url, body, authorization, resumed }: LibraryRequest, issuer: URL) {
    super(new Socket());
    this.method = method;
    this.url = url;
    this.originalUrl = `${issuer.pathname.replace(/\/$/, '')}${url}`;
    this.headers = {
      host: issuer.host,
      'x-forwarded-host': issuer.host,
      'x-forwarded-proto': issuer.protocol.slice(0, -1),
      accept: 'application/json',
      ...(authorization === undefined ? {} : { authorization }),
      ...(resumed === undefined ? {} : { cookie: `${cookieNames.resume}=${resumed}` }),
      ...(body === undefined
        ? {}
        : { 'content-type': body.type, 'content-length': String(Buffer.byteLength(body.text)) }),
    };
    if (body !== undefined && body.text !== '') this.push(body.text);
    this.push(null);
    this.complete = true;
  }
}

/** Keeps what would have been sent. */
class InnerResponse extends ServerResponse {
  body = '';

  override end(chunk?: unknown): this {
    if (typeof chunk === 'string') this.body = chunk;
    else if (chunk instanceof Uint8Array) this.body = Buffer.from(chunk).toString('utf8');
    return this;
  }
}

function clientOf(context: KoaContextWithOIDC | null): string | null {
  // a request that matched no route has no such context
  const oidc = context?.oidc;
  return oidc?.client?.clientId ?? null;
}

/** The interaction that the request began; not the one that it resumed. */
function waitingIn(context: KoaContextWithOIDC | null, { resumed }: LibraryRequest): string | null {
  const oidc = context?.oidc;
  const uid = oidc?.entities.Interaction?.uid;
  return uid === undefined || uid === resumed ? null : uid;
}

/** Browsers are known by cookies of this server's own. */
function withoutCookies(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return { ...headers, 'set-cookie': undefined };
}
