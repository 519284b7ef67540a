import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { askHealth } from '../../../src/modules/cli/health/ask-health.js';
import { runProgram } from '../../../src/modules/cli/program.js';
import { FakeHost } from '../../fakes/fake-host.js';

const open: Server[] = [];

afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** The base URL of a server that answers as told. */
async function answering(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function healthOf(status: string, code = 200): RequestListener {
  return ({ url }, response) => {
    const body = { status, timestamp: '2026-03-02T09:15:05.120Z', version: '1.2.3', uptime_seconds: 42 };
    response.writeHead(url === '/health' ? code : 404).end(JSON.stringify(body));
  };
}

async function healthcheck(url: string, ...argv: string[]) {
  const host = new FakeHost(['healthcheck', '--url', url, ...argv]);
  return { code: await runProgram(host), host };
}

describe('mxcp healthcheck', () => {
  it.each([
    ['healthy', 200, 0, '✅ healthy\n'],
    ['degraded', 200, 0, '⚠️  degraded: it serves; /ready tells what is wrong\n'],
    ['unhealthy', 503, 1, '❌ unhealthy: restart it; its log tells why\n'],
  ])('of a server that is %s', async (status, code, exit, line) => {
    const url = await answering(healthOf(status, code));

    const run = await healthcheck(url);

    expect(run.host.output).toBe(`${line}   ${url}/health (mxcp 1.2.3, up for 42 s)\n`);
    expect(run).toMatchObject({ code: exit, host: { errors: '', requests: [] } });
  });

  it('prints one document', async () => {
    const url = await answering(healthOf('unhealthy', 503));

    const { code, host } = await healthcheck(url, '--json');

    const result = { url: `${url}/health`, status: 'unhealthy', version: '1.2.3', uptime_seconds: 42 };
    expect({ code, json: host.json }).toEqual({ code: 1, json: { status: 'ok', result } });
  });

  it('finds the server by the variables that it listens by', async () => {
    const { port } = new URL(await answering(healthOf('healthy')));
    const host = new FakeHost(['healthcheck'], { env: { MCP_PORT: port, BIND_IP: '0.0.0.0' } });

    expect(await runProgram(host)).toBe(0);
  });

  it.each<[string, RequestListener, string]>([
    ['another program', (_, answer) => answer.end('It works!'), 'answered 200 and no health'],
    [
      'health of another kind',
      (_, answer) => answer.end('{"status":"healthy"}'),
      'answered 200 and no health',
    ],
    ['a status that nobody knows', healthOf('fine'), 'answered 200 and no health'],
    ['a failure that calls itself healthy', healthOf('healthy', 500), 'answered 500 and no health'],
    ['JSON that is no object', (_, answer) => answer.end('null'), 'answered 200 and no health'],
    [
      'an endless answer',
      (_, answer) => {
        const more = (): void => {
          while (answer.write('x'.repeat(65_536)));
        };
        answer.on('drain', more);
        more();
      },
      'answered 200 and no health',
    ],
    [
      'another protocol, which nobody asked for',
      ({ socket }) =>
        socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
      'ended the connection without an answer',
    ],
    [
      'a version that would colour the terminal',
      (_, answer) => answer.end('{"status":"healthy","version":"1\\u001b[31m","uptime_seconds":1}'),
      'answered 200 and no health',
    ],
    ['a connection that breaks', (_, answer) => answer.destroy(), 'cannot be reached: socket hang up'],
  ])('takes %s for no health', async (_, answer, reason) => {
    const url = await answering(answer);

    const { code, host } = await healthcheck(url);

    expect(code).toBe(1);
    expect(host.errors).toContain(`Error: ${url}/health ${reason}`);
    expect(host.errors).toContain('Is the server running there? --url names another address.\n');
    expect(host.output).toBe('');
  });

  it('follows no redirect', async () => {
    const elsewhere = await answering(healthOf('healthy'));
    const url = await answering((_, answer) =>
      answer.writeHead(302, { location: `${elsewhere}/health` }).end(),
    );

    const { code, host } = await healthcheck(url);

    expect(code).toBe(1);
    expect(host.errors).toContain(`answered 302 with a redirect to ${elsewhere}/health and no health`);
  });

  it('says that nobody listens', async () => {
    const url = await answering(healthOf('healthy'));
    open.splice(0).forEach((server) => server.close());

    const { code, host } = await healthcheck(url, '--json');

    expect(code).toBe(1);
    expect(host.json).toEqual({
      status: 'error',
      error: expect.stringContaining(`${url}/health cannot be reached: connect ECONNREFUSED`),
    });
  });

  it.each<[string, RequestListener]>([
    ['never answers', () => undefined],
    ['never ends its answer', (_, answer) => answer.write('{')],
  ])('waits for a server that %s no longer than its limit', async (_, answer) => {
    const url = await answering(answer);

    expect(await askHealth(url, 50, new AbortController().signal)).toMatchObject({
      reason: 'did not answer within 0.05 seconds',
    });
  });

  it('ends with Ctrl-C', async () => {
    const asked = Promise.withResolvers<undefined>();
    const url = await answering(() => {
      asked.resolve(undefined);
    });
    const host = new FakeHost(['healthcheck', '--url', url]);
    const run = runProgram(host);
    await asked.promise;

    host.interrupt();

    expect(await run).toBe(1);
    expect(host.errors).toBe('Aborted!\n');
  });
});
