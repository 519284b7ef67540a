import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuthFolder, openIdAuth } from '../../support/auth-project.ts';
import { repository } from '../../support/command.ts';
import { startFakeOpenId, type FakeOpenId } from '../../support/fake-openid.ts';
import { send } from '../../support/raw-http.ts';
import { freePort, type RunningServer } from '../../support/server.ts';
import { UserAgent } from '../../support/user-agent.ts';

const suite = join(repository, 'node_modules', '@modelcontextprotocol', 'conformance', 'dist', 'index.js');

describe('the MCP conformance suite for authorization servers', () => {
  const project = new AuthFolder();
  let provider: FakeOpenId;
  let server: RunningServer;
  let callbackPort: number;

  beforeAll(async () => {
    provider = await startFakeOpenId();
    callbackPort = await freePort();
    const suiteClient = {
      client_id: 'conformance',
      name: 'Conformance suite',
      redirect_uris: [`http://127.0.0.1:${callbackPort}/callback`],
    };
    server = await project.serve(openIdAuth(provider, { clients: [suiteClient] }));
  });

  afterAll(async () => {
    await project.remove();
    await provider.stop();
  });

  it.each([
    ['without a resource', []],
    ['with a resource', ['--resource', '/mcp']],
  ])('passes every scenario %s', async (_kind, more) => {
    const resource = more.map((word) => (word.startsWith('/') ? `${server.url}${word}` : word));
    const asked = [
      '--url',
      server.url,
      '--client-id',
      'conformance',
      '-p',
      String(callbackPort),
      ...resource,
    ];

    const { code, output } = await runSuite(asked, `http://127.0.0.1:${callbackPort}/callback`);

    expect(code, output).toBe(0);
    expect(output).not.toMatch(/skipped|[1-9]\d* failed/i);
    expect(output.match(/=== Running scenario/g)?.length).toBeGreaterThanOrEqual(2);
  });
});

/** Runs the suite; where it prints a URL for the user's browser, a user follows it. */
function runSuite(
  args: readonly string[],
  callback: string,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(process.execPath, [suite, 'authorization', ...args], { timeout: 55_000 });
  let output = '';
  let hasBrowsed = false;
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
    const [, url] = /^(http:\S+\/authorize\?\S+)$/m.exec(output) ?? [];
    if (url === undefined || hasBrowsed) return;
    hasBrowsed = true;
    new UserAgent()
      .signIn(new URL(url), callback)
      .then((reached) => send(reached))
      .catch((error: unknown) => {
        output += String(error);
        child.kill();
      });
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return new Promise((resolve) => {
    child.on('close', (code) => {
      resolve({ code, output });
    });
  });
}
