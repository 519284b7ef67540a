import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanEnvironment, mxcpScript } from '../support/command.ts';

interface Message {
  readonly id?: number;
  readonly result?: { readonly content?: readonly { readonly text: string }[] };
}

describe('SIGHUP over stdio', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mxcp-reload-stdio-'));
  const environment = join(folder, 'env');
  const waiting = new Map<number, (message: Message) => void>();
  let child: ChildProcess;
  let log = '';
  let lastId = 0;

  const define = (sql: string): void => {
    writeFileSync(
      join(folder, 'tools', 'version.yml'),
      `mxcp: 1\ntool: {name: version, source: {code: ${JSON.stringify(sql)}}}\n`,
    );
  };

  beforeAll(async () => {
    mkdirSync(join(folder, 'tools'));
    writeFileSync(join(folder, 'mxcp-site.yml'), 'mxcp: 1\nproject: stdio\nprofile: default\n');
    writeFileSync(environment, '');
    define('SELECT 1 AS version');
    child = spawn(process.execPath, [mxcpScript, 'serve', '--transport', 'stdio'], {
      cwd: folder,
      env: cleanEnvironment(folder, { MXCP_ENV_FILE: environment }),
    });
    child.stderr!.on('data', (chunk: Buffer) => (log += chunk.toString()));
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const message = JSON.parse(line) as Message;
      waiting.get(message.id ?? 0)?.(message);
    });
    await request('initialize', {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'e2e', version: '1' },
    });
    child.stdin!.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`);
  });

  afterAll(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  it('puts changed SQL into force for the open connection', async () => {
    expect(await version()).toBe('[{"version":1}]');
    define('SELECT 2 AS version');
    await reload();

    expect(await version()).toBe('[{"version":2}]');
  });

  it('leaves the connection as it is over a broken file', async () => {
    define('SELECT FROM FROM');
    await reload();

    expect(await version()).toBe('[{"version":2}]');
    expect(log).toContain('Definition refused');
    define('SELECT 3 AS version');
  });

  it('changes who the caller is', async () => {
    define('SELECT get_username() AS version');
    writeFileSync(environment, `MXCP_USER_CONTEXT='{"username":"mei"}'\n`);
    await reload();

    expect(await version()).toBe('[{"version":"mei"}]');
  });

  it('ends with the input, exit code 0', async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGHUP');
    child.stdin!.end();

    expect(await ended).toBe(0);
  });

  function request(method: string, params: object): Promise<Message> {
    lastId += 1;
    const id = lastId;
    const answer = new Promise<Message>((resolve) => waiting.set(id, resolve));
    child.stdin!.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    return answer;
  }

  async function version(): Promise<string | undefined> {
    const { result } = await request('tools/call', { name: 'version', arguments: {} });
    return result?.content?.[0]?.text;
  }

  /** Sends the signal and waits until the log has the outcome. */
  function reload(): Promise<void> {
    const ends = (): number => log.split('Reload ended').length;
    const before = ends();
    child.kill('SIGHUP');
    return expect.poll(ends, { timeout: 10_000 }).toBeGreaterThan(before);
  }
});
