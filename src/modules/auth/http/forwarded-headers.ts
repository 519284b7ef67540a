import type { IncomingHttpHeaders } from 'node:http';

const said = ['x-forwarded-proto', 'x-forwarded-scheme', 'x-forwarded-host', 'x-forwarded-port'] as const;

/**
 * Brings what a trusted proxy says of a request to the two headers that Fastify reads, `X-Forwarded-Host` with a
 * port where it is not the scheme's own and `X-Forwarded-Proto`, and leaves nothing there that is not well formed.
 * `Forwarded` (RFC 7239) counts where the proxy says nothing by `X-Forwarded-…`: one that does may pass the other
 * on as a client wrote it. Of several values the last is the proxy's own.
 * @param headers those of the request, which are changed: every later reader must see the same
 */
export function unifyForwarded(headers: IncomingHttpHeaders): void {
  const forwarded = headers.forwarded;
  if (forwarded !== undefined && said.every((name) => headers[name] === undefined)) adopt(forwarded, headers);
  const scheme = (last(headers['x-forwarded-proto']) ?? last(headers['x-forwarded-scheme']))?.toLowerCase();
  const isScheme = scheme === 'http' || scheme === 'https';
  if (isScheme) headers['x-forwarded-proto'] = scheme;
  else delete headers['x-forwarded-proto'];
  const port = last(headers['x-forwarded-port']);
  const host = last(headers['x-forwarded-host']) ?? (port === undefined ? undefined : headers.host);
  if (host === undefined) return;
  headers['x-forwarded-host'] = withPort(host, port, isScheme ? scheme : 'http');
}

/** Takes over what the last element says, and the addresses of all. */
function adopt(forwarded: string, headers: IncomingHttpHeaders): void {
  const elements = forwarded.split(',').map(parametersOf);
  const nearest = elements.at(-1);
  const { proto, host } = nearest ?? {};
  if (proto !== undefined) headers['x-forwarded-proto'] = proto;
  if (host !== undefined) headers['x-forwarded-host'] = host;
  if (headers['x-forwarded-for'] !== undefined) return;
  const addresses = elements.flatMap((element) => (element['for'] === undefined ? [] : [element['for']]));
  if (addresses.length > 0) headers['x-forwarded-for'] = addresses.map(withoutPort).join(', ');
}

function parametersOf(element: string): Readonly<Record<string, string | undefined>> {
  const pairs = element.split(';').map((pair): [string, string] => {
    const [name = '', ...value] = pair.split('=');
    return [
      name.trim().toLowerCase(),
      value
        .join('=')
        .trim()
        .replace(/^"(.*)"$/, '$1'),
    ];
  });
  return Object.fromEntries(pairs);
}

/** `192.0.2.4:4711` and `[2001:db8::1]:4711` as the address alone. */
function withoutPort(node: string): string {
  const bracketed = /^\[(.+)\](?::\d+)?$/.exec(node);
  return bracketed?.[1] ?? node.replace(/^([^:]+):\d+$/, '$1');
}

function withPort(host: string, port: string | undefined, scheme: 'http' | 'https'): string {
  const hasPort = /:\d+$/.test(host);
  if (port === undefined || hasPort || !/^\d{1,5}$/.test(port)) return host;
  return port === (scheme === 'https' ? '443' : '80') ? host : `${host}:${port}`;
}

function last(value: string | string[] | undefined): string | undefined {
  const text = Array.isArray(value) ? value.at(-1) : value;
  const own = text?.slice(text.lastIndexOf(',') + 1).trim();
  return own === '' ? undefined : own;
}
