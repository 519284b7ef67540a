import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { IncomingMessage, ServerResponse } from 'node:http';

const fixture = (name: string) => readFileSync(new URL(`../fixtures/tls/${name}`, import.meta.url), 'utf8');

/** The certificate of `aDocumentHost`, to be trusted. */
export const documentHostCa = fixture('localhost.crt');

export interface DocumentHost extends AsyncDisposable {
  readonly url: string;
  /** Paths that were asked for. */
  readonly asked: string[];
}

/** An https server on localhost. */
export async function aDocumentHost(
  answer: (request: IncomingMessage, response: ServerResponse, base: string) => void,
): Promise<DocumentHost> {
  const asked: string[] = [];
  let url = '';
  const server = createServer(
    { key: fixture('localhost.key'), cert: documentHostCa },
    (request, response) => {
      asked.push(request.url ?? '');
      answer(request, response, url);
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `https://localhost:${(server.address() as AddressInfo).port}`;
  return {
    url,
    asked,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}
