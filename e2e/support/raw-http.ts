import { request as plainRequest, type IncomingHttpHeaders } from 'node:http';
import { request as secureRequest } from 'node:https';

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface RawRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Sent exactly so; else that of the URL. */
  readonly path?: string;
  /** Longest silence; 30 s unless told. */
  readonly timeoutMs?: number;
}

/** Sends exactly these headers, `Host` and `Origin` included, and follows nothing. */
export function send(
  url: string | URL,
  { method = 'GET', headers = {}, body, path, timeoutMs = 30_000 }: RawRequest = {},
): Promise<RawAnswer> {
  const { protocol, hostname: servername } = new URL(url);
  const request = protocol === 'https:' ? secureRequest : plainRequest;
  const options = { method, headers, timeout: timeoutMs, ...(path === undefined ? {} : { path }) };
  return new Promise((resolve, reject) => {
    // the certificate is the server's own, whatever `Host` is sent
    const asked = request(url, { ...options, servername }, (response) => {
      response.toArray().then((chunks: unknown[]) => {
        const text = Buffer.concat(chunks as Buffer[]).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      }, reject);
    });
    asked.once('timeout', () => asked.destroy(new Error(`no answer from ${String(url)} in ${timeoutMs} ms`)));
    asked.once('error', reject);
    asked.end(body);
  });
}

/** Sends a form. */
export function sendForm(
  url: string | URL,
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  return send(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(form).toString(),
  });
}

/** Where a public URL is really served, and the `Host` that a reverse proxy would keep. */
export interface Route {
  readonly url: URL;
  readonly host: string;
}

/** A reverse proxy in front of a server: takes the base URL's path away, as the product asks of one. */
export function behindProxy(baseUrl: string, serverUrl: string): (url: URL) => Route {
  const base = new URL(baseUrl);
  const prefix = base.pathname.replace(/\/$/, '');
  return (url) => {
    if (url.origin !== base.origin) return { url, host: url.host };
    const path =
      prefix !== '' && url.pathname.startsWith(`${prefix}/`)
        ? url.pathname.slice(prefix.length)
        : url.pathname;
    return { url: new URL(`${path}${url.search}`, serverUrl), host: base.host };
  };
}
