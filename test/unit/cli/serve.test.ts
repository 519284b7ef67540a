import { describe, expect, it } from 'vitest';
import { EndpointsInvalidError } from '../../../src/common/errors/endpoint-errors.js';
import { ListenFailedError } from '../../../src/common/errors/server-errors.js';
import { runProgram, type ServerHandle } from '../../../src/modules/cli/program.js';
import { aConfig } from '../../builders/a-config.js';
import { aProblem } from '../../builders/a-core.js';
import { FakeHost } from '../../fakes/fake-host.js';

function aServer(overrides: Partial<ServerHandle> = {}): ServerHandle {
  return {
    config: aConfig(),
    problems: [],
    skippedFiles: [],
    counts: { tools: 2, resources: 0, prompts: 1 },
    url: 'http://127.0.0.1:8123',
    stopped: Promise.resolve(),
    ...overrides,
  };
}

async function serve(server: ServerHandle | Error, ...argv: string[]) {
  const host = new FakeHost(['serve', ...argv], {
    server: () => (server instanceof Error ? Promise.reject(server) : Promise.resolve(server)),
  });
  return { code: await runProgram(host), host };
}

const refusal = new EndpointsInvalidError([
  aProblem({ file: 'tools/b.yml', message: 'first\nsecond' }),
  aProblem({ file: 'tools/a.yml' }),
  aProblem({ file: 'tools/a.yml', location: 'tool.foo', suggestion: 'for', line: 4, column: 3 }),
]);

describe('mxcp serve', () => {
  it('says once it listens what it serves and where', async () => {
    const { code, host } = await serve(aServer());

    for (const line of [
      '🚀 MXCP Server Starting',
      '   • Project: demo\n   • Profile: dev\n   • Transport: streamable-http\n   • Host: 127.0.0.1\n   • Port: 8123\n   • Mode: Read-write\n   • SQL Tools: Disabled\n   • Authentication: none, on this machine only\n',
      '📊 Endpoints:\n   • Tools: 2\n   • Prompts: 1\n',
      '✅ Server ready!\nConnect an MCP client to http://127.0.0.1:8123/mcp\n',
      'Listening on http://127.0.0.1:8123\nPress Ctrl+C to stop\n',
    ]) {
      expect(host.output).toContain(line);
    }
    expect(host.output).toMatch(/\n👋 Server stopped\n$/);
    expect({ code, errors: host.errors }).toEqual({ code: 0, errors: '' });
  });

  it('names an address that clients can reach when it listens on all', async () => {
    const { http } = aConfig();
    const config = aConfig({ http: { ...http, host: '0.0.0.0', stateless: true } });
    const proxied = aConfig({ http: { ...http, baseUrl: 'https://mcp.example.org/' } });

    const wildcard = await serve(aServer({ config }));
    const behindProxy = await serve(aServer({ config: proxied }));

    expect(wildcard.host.output).toContain('client to http://localhost:8123/mcp\n');
    expect(wildcard.host.output).toContain('Listening on http://0.0.0.0:8123\n');
    expect(wildcard.host.output).toContain('   • HTTP Mode: Stateless\n');
    expect(behindProxy.host.output).toContain('client to https://mcp.example.org/mcp\n');
  });

  it('hints when there is nothing to serve, and counts what was left out', async () => {
    const { host } = await serve(
      aServer({ counts: { tools: 0, resources: 0, prompts: 0 }, skippedFiles: ['tools/a.yml'] }),
      '--ignore-errors',
    );

    expect(host.output).toContain('⚠️  No endpoints found!');
    expect(host.output).toContain("⚠️  Skipped endpoints: 1\n   Use 'mxcp validate' to see details\n");
    expect(host.serverOptions).toEqual([{ ignoreErrors: true }]);
  });

  it('passes on what the configuration warns of, on stderr', async () => {
    const host = new FakeHost(['serve'], {
      serverConfig: aConfig({ warnings: ['sse is served as http'] }),
      server: () => Promise.resolve(aServer()),
    });

    expect(await runProgram(host)).toBe(0);
    expect(host.errors).toBe('⚠️  sse is served as http\n');
  });

  it('hands its options to the configuration', async () => {
    const first = await serve(
      aServer(),
      ...'--transport http --host ::1 --port 9 --sql-tools true --stateless --readonly --profile p'.split(
        ' ',
      ),
    );
    const second = await serve(aServer({ url: null }), '--transport=stdio', '--port=0', '--sql-tools=false');

    expect(first.host.requests).toEqual([
      {
        transport: 'streamable-http',
        host: '::1',
        port: 9,
        sqlTools: true,
        stateless: true,
        readonly: true,
        profile: 'p',
      },
    ]);
    expect(second.host.requests).toEqual([{ transport: 'stdio', sqlTools: false }]);
  });

  it('writes nothing to stdout over stdio', async () => {
    const { code, host } = await serve(aServer({ url: null }), '--transport', 'stdio');

    expect({ code, output: host.output, errors: host.errors }).toEqual({ code: 0, output: '', errors: '' });
  });

  it('leaves one document on stdout in JSON mode', async () => {
    const { host } = await serve(aServer(), '--json');

    expect(host.json).toEqual({
      status: 'ok',
      result: {
        url: 'http://127.0.0.1:8123/mcp',
        project: 'demo',
        profile: 'dev',
        transport: 'streamable-http',
        endpoints: { tools: 2, resources: 0, prompts: 1, skipped: 0 },
      },
    });
    expect(host.errors).toContain('Listening on http://127.0.0.1:8123\n');
  });

  it('leaves Ctrl-C to the server while it runs', async () => {
    let stop = (): void => undefined;
    const stopped = new Promise<void>((resolve) => {
      stop = resolve;
    });
    const host = new FakeHost(['serve'], { server: () => Promise.resolve(aServer({ stopped })) });
    const ended = runProgram(host);
    await new Promise((resolve) => setImmediate(resolve));

    expect(host.interrupt()).toBe(false);
    stop();
    expect(await ended).toBe(0);
  });
});

describe('a server that cannot start', () => {
  it('is aborted by Ctrl-C', async () => {
    const host: FakeHost = new FakeHost(['serve'], {
      server: () => {
        host.interrupt();
        return Promise.resolve(aServer());
      },
    });

    expect(await runProgram(host)).toBe(1);
    expect(host.output).toBe('');
    expect(host.errors).toBe('Aborted!\n');
  });

  it('has said before what the configuration warns of', async () => {
    const host = new FakeHost(['serve'], {
      serverConfig: aConfig({ warnings: ['sse is served as http'] }),
      server: () => Promise.reject(refusal),
    });

    expect(await runProgram(host)).toBe(1);
    expect(host.errors).toMatch(/^⚠️ {2}sse is served as http\n\n❌ Server startup failed!\n/);
  });

  it('names refused definitions on stderr, sorted, with every problem, its place and what was probably meant', async () => {
    const { code, host } = await serve(refusal);

    expect(host.output).toBe('');
    expect(host.errors).toBe(
      [
        '',
        '❌ Server startup failed!',
        '   Found 2 endpoint(s) with errors',
        '',
        'Failed endpoints:',
        '  ✗ /project/tools/a.yml',
        '    Error: tool.source: Field required',
        "    Error: tool.foo: Field required (did you mean 'for'?)",
        '      at tools/a.yml:4:3',
        '',
        '  ✗ /project/tools/b.yml',
        '    Error: tool.source: first',
        '      second',
        '',
        '💡 Tip: Fix validation errors or use --ignore-errors to start anyway',
        'Aborted!',
        '',
      ].join('\n'),
    );
    expect(code).toBe(1);
  });

  it('names them in a document of its own with --json-output', async () => {
    const { code, host } = await serve(refusal, '--json-output');

    expect(host.json).toMatchObject({
      status: 'error',
      message: 'Found 2 endpoint(s) with errors',
      failed_endpoints: [
        {
          path: '/project/tools/a.yml',
          error: 'tool.source: Field required',
          problems: [{ location: 'tool.source' }, { location: 'tool.foo' }],
        },
        { path: '/project/tools/b.yml', error: 'tool.source: first\nsecond' },
      ],
    });
    expect(host.errors).toBe('Aborted!\n');
    expect(code).toBe(1);
  });

  it('says why for people and for scripts', async () => {
    const error = new ListenFailedError('Cannot listen on localhost:8000');
    const human = await serve(error);
    const json = await serve(error, '--json');

    expect(human.host.errors).toBe('Error: Cannot listen on localhost:8000\nAborted!\n');
    expect(json.host.json).toEqual({ status: 'error', error: 'Cannot listen on localhost:8000' });
    expect([human.code, json.code]).toEqual([1, 1]);
  });

  it('says that it stopped also when stopping failed', async () => {
    const stopped = Promise.reject(new ListenFailedError('no clean end'));

    const { code, host } = await serve(aServer({ stopped }));

    expect(host.output).toContain('👋 Server stopped\n');
    expect(host.errors).toBe('Error: no clean end\nAborted!\n');
    expect(code).toBe(1);
  });
});
