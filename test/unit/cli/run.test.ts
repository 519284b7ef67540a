import { describe, expect, it } from 'vitest';
import type { CallRequest } from '../../../src/common/domain/call.js';
import { valueOutput } from '../../../src/common/domain/output.js';
import { anonymous } from '../../../src/common/domain/principal.js';
import { ConfigInvalidError, ConfigNotFoundError } from '../../../src/common/errors/config-errors.js';
import {
  EndpointNotFoundError,
  ExecutionCancelledError,
  PolicyDeniedError,
} from '../../../src/common/errors/endpoint-errors.js';
import { DatabaseUnavailableError, InternalError } from '../../../src/common/errors/server-errors.js';
import { runProgram } from '../../../src/modules/cli/program.js';
import { aConfig, noAuth } from '../../builders/a-config.js';
import { coreAnswering, CoreFixture } from '../../builders/a-core.js';
import { FakeHost, type HostParts } from '../../fakes/fake-host.js';

async function run(core: CoreFixture, argv: readonly string[], parts: HostParts = {}) {
  const host = new FakeHost(['run', ...argv], { context: core.context, ...parts });
  return { code: await runProgram(host), host };
}

function failing(error: Error): CoreFixture {
  return new CoreFixture({
    call: () => {
      throw error;
    },
  });
}

describe('mxcp run', () => {
  it('shows the call and a scalar result', async () => {
    const { code, host } = await run(coreAnswering('Welcome, Nora!'), [
      'tool',
      'greet',
      '--param',
      'who=Nora',
    ]);

    expect(host.output).toBe(
      '\n🚀 Running tool greet\n📋 Parameters:\n   • who = Nora\n\n✅ Success!\n\n📋 Result: Welcome, Nora!\n',
    );
    expect({ code, errors: host.errors }).toEqual({ code: 0, errors: '' });
  });

  it('prints one JSON document, outside ASCII escaped', async () => {
    const core = coreAnswering({ name: 'Zoë', big: 9007199254740993n, none: null });

    const { host } = await run(core, ['tool', 'greet', '--json-output']);

    expect(host.output).toBe(
      '{\n  "status": "ok",\n  "result": {\n    "name": "Zo\\u00eb",\n    "big": 9007199254740993,\n    "none": null\n  }\n}\n',
    );
  });

  it('says read-only when the database is, whoever asked for it', async () => {
    const { database } = aConfig();
    const core = new CoreFixture({ config: aConfig({ database: { ...database, readonly: true } }) });

    const { host } = await run(core, ['tool', 'greet']);

    expect(host.output).toContain('\n🚀 Running tool greet\n🔒 Mode: Read-only\n\n');
  });

  it('puts the call together from the options', async () => {
    const core = coreAnswering(1);

    await run(core, [
      'resource',
      'fleet://vehicle/WZ1',
      '-p',
      'a=1=2',
      '-p',
      'b=first',
      '--param=b=',
      '-p',
      '=x',
      '-u',
      '{"user_id": "ada", "role": "hr", "external_token": "t"}',
      '--request-headers',
      '{"X-Trace": "1", "Authorization": "Bearer x", "Cookie": "c", "Retries": 3}',
      '--skip-output-validation',
    ]);

    expect(core.starts).toEqual([{ check: 'none' }]);
    expect(core.calls).toHaveLength(1);
    expect(core.calls[0]).toMatchObject({
      kind: 'resource',
      target: 'fleet://vehicle/WZ1',
      arguments: { a: '1=2', b: '', '': 'x' },
      unknownArguments: 'refuse',
      checkOutput: false,
      origin: 'cli',
      sessionId: null,
      principal: {
        provider: 'cli',
        userId: 'ada',
        username: 'cli_user',
        profile: { user_id: 'ada', role: 'hr' },
      },
    } satisfies Record<string, unknown>);
    expect(core.calls[0]?.headers).toEqual({ 'x-trace': '1', retries: '3' });
    expect(core.calls[0]?.correlationId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each(['run', 'query'])('gives the caller of %s what the claim mappings give', async (command) => {
    const auth = { ...noAuth, claimMappings: { 'org.teams': { treasury: ['ledger.read'] } } };
    const core = new CoreFixture({ config: aConfig({ auth }) });
    const context = '{"user_id": "ada", "org": {"teams": ["treasury"]}, "capabilities": ["own"]}';
    const argv = command === 'run' ? ['tool', 'x', '-u', context] : ['SELECT 1', '-u', context];

    await runProgram(new FakeHost([command, ...argv], { context: core.context }));

    expect(core.calls[0]?.principal.capabilities).toEqual(['ledger.read', 'own']);
  });

  it('refuses a user context whose user_id is no string', async () => {
    const core = coreAnswering(1);

    const { code, host } = await run(core, ['tool', 'greet', '-u', '{"user_id": 42}']);

    expect([code, core.calls]).toEqual([2, []]);
    expect(host.errors).toContain('User context: user_id must be a string');
  });

  it('is anonymous without a user context and checks the output', async () => {
    const core = coreAnswering(1);

    await run(core, ['tool', 'greet']);

    expect(core.calls[0]).toMatchObject({ checkOutput: true, principal: anonymous, headers: {} });
  });

  it('never skips the checks of a prompt', async () => {
    const core = coreAnswering([]);

    await run(core, ['prompt', 'review', '--skip-output-validation']);

    expect(core.calls[0]?.checkOutput).toBe(true);
  });

  it('hands profile, read-only and debug to the configuration', async () => {
    const { host } = await run(coreAnswering(1), ['tool', 'x', '--profile', 'prod', '--readonly', '--debug']);

    expect(host.requests).toEqual([{ profile: 'prod', readonly: true, debug: true }]);
    expect(host.output).toMatch(/⏱️ {2}Execution completed\n$/);
  });

  it('shows long values cut', async () => {
    const { host } = await run(coreAnswering(1), ['tool', 'x', '-p', `a=${'x'.repeat(60)}`]);

    expect(host.output).toContain(`   • a = ${'x'.repeat(50)}...\n`);
  });

  it('shows people what content it is', async () => {
    const core = new CoreFixture({
      call: () => ({
        kind: 'content',
        blocks: [
          { type: 'text', text: 'hi' },
          { type: 'image', data: 'AAAA', mimeType: 'image/png' },
          { type: 'resource', uri: 'a://b', mimeType: 'text/plain', text: 'body' },
          { type: 'resource', uri: 'a://c', mimeType: null, blob: 'AAAA' },
          { type: 'resource_link', uri: 'a://d', name: 'd', mimeType: null },
        ],
      }),
    });

    const { host } = await run(core, ['tool', 'x']);

    expect(host.output).toContain(
      [
        '📋 MCP content (5 blocks):',
        '',
        '  • text: hi',
        '  • image: image/png, 3 bytes',
        '  • resource: a://b, text/plain, text: body',
        '  • resource: a://c, 3 bytes',
        '  • link: d, a://d',
      ].join('\n'),
    );
  });

  it('gives scripts content blocks as a list', async () => {
    const core = new CoreFixture({
      call: () => ({ kind: 'content', blocks: [{ type: 'text', text: 'hi' }] }),
    });

    const { host } = await run(core, ['tool', 'x', '--json']);

    expect(host.json).toEqual({ status: 'ok', result: [{ type: 'text', text: 'hi' }] });
  });

  it('styles only on a terminal that wants it', async () => {
    const plain = await run(coreAnswering(1), ['tool', 'x'], { isTerminal: true, env: { NO_COLOR: '1' } });
    const styled = await run(coreAnswering(1), ['tool', 'x'], { isTerminal: true });

    expect(plain.host.output).not.toContain('\u001b[');
    expect(styled.host.output).toContain('\u001b[32m✅ Success!');
  });
});

describe('a run that fails', () => {
  it('says why on stderr, after the header', async () => {
    const { code, host } = await run(failing(new EndpointNotFoundError('tool', 'nope')), ['tool', 'nope']);

    expect(host.output).toBe('\n🚀 Running tool nope\n\n');
    expect(host.errors).toBe(
      "Error: Endpoint 'nope' not found in tools\nSee what there is with 'mxcp list'.\nAborted!\n",
    );
    expect(code).toBe(1);
  });

  it('says which name was probably meant, beside the text that scripts know', async () => {
    const error = new EndpointNotFoundError('tool', 'city_sale', ['hello_world', 'city_sales']);

    const { host } = await run(failing(error), ['tool', 'city_sale', '--json']);

    expect(host.json).toEqual({ status: 'error', error: "Endpoint 'city_sale' not found in tools" });
    expect(host.errors).toBe("Did you mean 'city_sales'?\nAborted!\n");
  });

  it('is one JSON document in JSON mode', async () => {
    const error = new PolicyDeniedError('Admins only', 'input', false);

    const { code, host } = await run(failing(error), ['tool', 'x', '--json']);

    expect(host.json).toEqual({ status: 'error', error: 'Policy enforcement failed: Admins only' });
    expect(host.errors).toBe('Aborted!\n');
    expect(code).toBe(1);
  });

  it('adds class and trace with --debug', async () => {
    const error = new EndpointNotFoundError('tool', 'nope');

    const json = await run(failing(error), ['tool', 'nope', '--json', '--debug']);
    const human = await run(failing(error), ['tool', 'nope', '--debug']);

    expect(json.host.json).toMatchObject({
      type: 'EndpointNotFoundError',
      traceback: expect.stringContaining('run.test.ts') as unknown,
    });
    expect(human.host.errors).toMatch(/^Error: .*\n\nTraceback:\n[\s\S]*run\.test\.ts[\s\S]*\nAborted!\n$/);
  });

  it('does not show what an unforeseen error says', async () => {
    const { code, host } = await run(failing(new TypeError('secret detail')), ['tool', 'x', '--json']);

    expect(host.output).toMatch(/"error": "Internal error \(call [0-9a-f-]{36}\)"/);
    expect(host.output + host.errors).not.toContain('secret detail');
    expect(host.errors).toBe('Run the command again with --debug to see the cause.\nAborted!\n');
    expect(code).toBe(1);
  });

  it('says how to see the cause of a defect that the call has recorded', async () => {
    const defect = new InternalError('c-1', new TypeError('secret detail'));

    const plain = await run(failing(defect), ['tool', 'x']);
    const debug = await run(failing(defect), ['tool', 'x', '--debug']);

    expect(plain.host.errors).toContain('Run the command again with --debug to see the cause.\n');
    expect(debug.host.errors).not.toContain('Run the command again');
  });

  it('says what was probably meant with --debug too', async () => {
    const error = new EndpointNotFoundError('tool', 'city_sale', ['city_sales']);

    const { host } = await run(failing(error), ['tool', 'city_sale', '--debug']);

    expect(host.errors).toContain("Did you mean 'city_sales'?\n");
  });

  it('closes the container', async () => {
    const core = failing(new EndpointNotFoundError('tool', 'nope'));

    await run(core, ['tool', 'nope']);

    expect(core.context.isClosed).toBe(true);
  });

  it('keeps the known text of a locked database and says what to do', async () => {
    const core = new CoreFixture({
      start: () => {
        throw new DatabaseUnavailableError('IO Error: Could not set lock on file');
      },
    });

    const { host } = await run(core, ['tool', 'x', '--json']);

    expect(host.json).toMatchObject({
      error: expect.stringMatching(
        /^Failed to create RuntimeEnvironment: IO Error: Could not set lock on file\n.*--readonly/,
      ) as unknown,
    });
  });

  it('says in one line that there is no project', async () => {
    const openCore = () =>
      Promise.reject(
        new ConfigNotFoundError('mxcp-site.yml not found in current directory or any parent directory'),
      );

    const human = await run(new CoreFixture(), ['tool', 'x'], { openCore });
    const json = await run(new CoreFixture(), ['tool', 'x', '--json'], { openCore });

    const error = 'No mxcp-site.yml found in current directory or parents';
    expect(human.host.output).toBe('');
    expect(human.host.errors).toBe(`Error: ${error}\n`);
    expect(json.host.json).toEqual({ status: 'error', error });
    expect([human.code, json.code]).toEqual([1, 1]);
  });

  it('passes on what the configuration says', async () => {
    const { code, host } = await run(new CoreFixture(), ['tool', 'x'], {
      openCore: () => Promise.reject(new ConfigInvalidError('mxcp-site.yml:3: project: Field required')),
    });

    expect(host.errors).toBe('Error: mxcp-site.yml:3: project: Field required\nAborted!\n');
    expect(code).toBe(1);
  });
});

describe('Ctrl-C during a run', () => {
  async function interrupted(...flags: string[]) {
    let host: FakeHost | null = null;
    const seen: CallRequest[] = [];
    const core = new CoreFixture({
      call: (request) =>
        new Promise((_resolve, reject) => {
          seen.push(request);
          request.signal.addEventListener('abort', () => {
            reject(new ExecutionCancelledError());
          });
          host?.interrupt();
        }),
    });
    host = new FakeHost(['run', 'tool', 'slow', ...flags], { context: core.context });
    return { code: await runProgram(host), host, core, seen };
  }

  it('stops the call, closes and says so', async () => {
    const { code, host, core, seen } = await interrupted();

    expect(seen[0]?.signal.aborted).toBe(true);
    expect(core.context.isClosed).toBe(true);
    expect(host.errors).toBe('Operation cancelled by user\nAborted!\n');
    expect(code).toBe(1);
  });

  it('leaves one JSON document in JSON mode', async () => {
    const { host } = await interrupted('--json');

    expect(host.json).toEqual({ status: 'error', error: 'Operation cancelled by user' });
    expect(host.errors).toBe('Aborted!\n');
  });

  it('prints no result that came too late', async () => {
    let host: FakeHost | null = null;
    const core = new CoreFixture({
      call: () => {
        host?.interrupt();
        return valueOutput('late');
      },
    });
    host = new FakeHost(['run', 'tool', 'x'], { context: core.context });

    expect(await runProgram(host)).toBe(1);
    expect(host.output).not.toContain('late');
  });

  it('is left alone once the command has ended', async () => {
    const { host } = await run(coreAnswering(1), ['tool', 'x']);

    expect(host.interrupt()).toBe(false);
  });
});
