import { connect } from 'node:net';

/** Requests that a connection sends before it waits for their answers. */
const PIPELINE = 16;

/** How many answers of each status came, over all connections. */
export type Statuses = Map<number, number>;

/**
 * Sends a request for each token over kept connections, as fast as the server answers.
 * @param next a token; null when there are no more
 */
export async function flood(port: number, connections: number, next: () => string | null): Promise<Statuses> {
  const statuses: Statuses = new Map();
  await Promise.all(Array.from({ length: connections }, () => oneConnection(port, next, statuses)));
  return statuses;
}

function oneConnection(port: number, next: () => string | null, statuses: Statuses): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let rest = '';
    let waiting = 0;
    const fill = (): void => {
      let batch = '';
      for (; waiting < PIPELINE; waiting += 1) {
        const token = next();
        if (token === null) break;
        batch += requestWith(port, token);
      }
      if (waiting === 0) socket.end();
      else socket.write(batch, 'latin1');
    };
    socket.on('connect', fill);
    socket.on('data', (chunk: Buffer) => {
      const text = rest + chunk.toString('latin1');
      let end = 0;
      for (const match of text.matchAll(/HTTP\/1\.1 (\d{3}) /g)) {
        const status = Number(match[1]);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        waiting -= 1;
        end = match.index + match[0].length;
      }
      rest = text.slice(Math.max(end, text.length - 13));
      if (waiting === 0) fill();
    });
    socket.on('error', reject);
    socket.on('close', () => {
      if (waiting === 0) resolve();
      else reject(new Error(`the server closed a connection with ${waiting} requests unanswered`));
    });
  });
}

const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} });

function requestWith(port: number, token: string): string {
  return (
    `POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\n` +
    `Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n` +
    `Content-Length: ${body.length}\r\n\r\n${body}`
  );
}
