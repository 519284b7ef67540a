import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** A reverse proxy that gives every request to the next of its servers, over a connection of its own. */
export class RoundRobin {
  /** Which server each request went to, by its index. */
  readonly hops: number[] = [];
  /** Requests that a dead server lost; after one, nothing more is sent to it, as a health check would see to. */
  lost = 0;
  #next = 0;
  #alive: readonly { readonly port: number; readonly index: number }[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((asked, answer) => {
      this.#forward(asked, answer);
    });
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
  }

  use(ports: readonly number[]): void {
    this.#alive = ports.map((port, index) => ({ port, index }));
    this.#next = 0;
    this.hops.length = 0;
    this.lost = 0;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #forward(asked: IncomingMessage, answer: ServerResponse): void {
    const target = this.#alive[this.#next % this.#alive.length];
    this.#next += 1;
    if (target === undefined) {
      answer.writeHead(503).end();
      return;
    }
    this.hops.push(target.index);
    const { method, url: path, headers } = asked;
    const onward = request(
      { host: '127.0.0.1', port: target.port, method, path, headers, agent: false },
      (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      },
    );
    onward.once('error', () => {
      this.lost += 1;
      this.#alive = this.#alive.filter((each) => each !== target);
      if (!answer.headersSent) answer.writeHead(502);
      answer.end();
    });
    asked.pipe(onward);
  }
}
