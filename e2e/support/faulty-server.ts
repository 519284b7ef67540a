import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What an endpoint can be made to do instead of its work. */
export type Fault = 'refuse' | 'error' | 'html' | 'hang' | 'redirect' | 'list' | 'empty' | 'huge' | 'cut';

/** A request as a handler sees it. */
export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  /** Parameters of a form or of a flat JSON object in the body. */
  readonly body: URLSearchParams;
}

export interface Answered {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON unless it is text. */
  readonly body?: unknown;
}

type Handler = (asked: Asked) => Answered | Promise<Answered>;

/** An HTTP server on a free port of 127.0.0.1 that counts calls and fails on demand; base of the fakes. */
export class FaultyServer {
  /** Calls of each endpoint, by name. */
  readonly counts: Record<string, number> = {};
  /** Every request, in order. */
  readonly asked: (Asked & { readonly endpoint: string })[] = [];
  readonly #faults = new Map<string, Fault>();
  readonly #routes = new Map<string, { readonly endpoint: string; readonly handler: Handler }>();
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  async listen(port = 0): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
  }

  /** `http://127.0.0.1:<port>` */
  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** @param path whole path; every method goes to the handler */
  route(endpoint: string, path: string, handler: Handler): void {
    this.counts[endpoint] ??= 0;
    this.#routes.set(path, { endpoint, handler });
  }

  /** From now on the endpoint does this; null: its work again. */
  fail(endpoint: string, fault: Fault | null): void {
    if (!(endpoint in this.counts)) throw new Error(`no endpoint ${endpoint}`);
    if (fault === null) this.#faults.delete(endpoint);
    else this.#faults.set(endpoint, fault);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.origin);
    const route = this.#routes.get(url.pathname);
    if (route === undefined) {
      send(response, { status: 404, body: { error: 'not_found' } });
      return;
    }
    const text = Buffer.concat((await request.toArray()) as Buffer[]).toString();
    const { endpoint, handler } = route;
    const asked: Asked = {
      method: request.method ?? '',
      url,
      headers: request.headers,
      body: parametersOf(text, request.headers['content-type'] ?? ''),
    };
    this.counts[endpoint] = (this.counts[endpoint] ?? 0) + 1;
    this.asked.push({ ...asked, endpoint });
    const fault = this.#faults.get(endpoint);
    if (fault === 'hang') return;
    if (fault === 'cut') response.destroy();
    else send(response, fault === undefined ? await handler(asked) : this.#faulty(fault));
  }

  #faulty(fault: Exclude<Fault, 'hang' | 'cut'>): Answered {
    switch (fault) {
      case 'refuse':
        return { status: 400, body: { error: 'invalid_grant', error_description: 'canary-description' } };
      case 'error':
        return { status: 500, body: { message: 'canary-body' } };
      case 'html':
        return { headers: { 'Content-Type': 'text/html' }, body: '<html>canary-body</html>' };
      case 'redirect':
        return { status: 307, headers: { Location: `${this.origin}/elsewhere` } };
      case 'list':
        return { body: [] };
      case 'empty':
        return { body: {} };
      case 'huge':
        return { body: { access_token: 'x'.repeat(2_000_000) } };
    }
  }
}

/** A redirect of the browser, with these parameters added to the query. */
export function redirect(to: string, parameters: Readonly<Record<string, string | null>>): Answered {
  const url = new URL(to);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null) url.searchParams.set(name, value);
  }
  return { status: 302, headers: { Location: url.href } };
}

/** Id and secret of the client, from the Basic header or the body. */
export function clientOf({ headers, body }: Asked): { readonly id: string; readonly secret: string } {
  const [, encoded] = /^Basic (.+)$/i.exec(headers.authorization ?? '') ?? [];
  if (encoded === undefined) {
    return { id: body.get('client_id') ?? '', secret: body.get('client_secret') ?? '' };
  }
  const [id = '', secret = ''] = Buffer.from(encoded, 'base64').toString().split(':');
  return { id: decodeURIComponent(id), secret: decodeURIComponent(secret) };
}

export function bearerOf({ headers }: Asked): string | null {
  return /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? null;
}

function parametersOf(text: string, contentType: string): URLSearchParams {
  if (!contentType.includes('json')) return new URLSearchParams(text);
  return new URLSearchParams(JSON.parse(text) as Record<string, string>);
}

function send(response: ServerResponse, { status = 200, headers = {}, body }: Answered): void {
  const plain = typeof body === 'string' || body === undefined;
  const type = plain ? {} : { 'Content-Type': 'application/json' };
  response.writeHead(status, { ...type, ...headers });
  response.end(plain ? body : JSON.stringify(body));
}
