import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Endpoint } from '../../src/common/domain/endpoint.js';
import type * as EndpointCompiler from '../../src/modules/endpoints/endpoint-compiler.js';
import { runProgram } from '../../src/modules/cli/program.js';
import { CallTrace } from '../builders/a-call-trace.js';
import { RunningProject } from '../builders/a-running-project.js';
import { FakeHost } from '../fakes/fake-host.js';
import { messages, participants, picturedMethods, wayMethods, ways } from '../unit/docs/call-picture.js';

// endpoints are objects that a function makes: what they do is noted where they are made
const traces = vi.hoisted(() => ({ current: null as CallTrace | null }));
vi.mock(import('../../src/modules/endpoints/endpoint-compiler.js'), async (importOriginal) => {
  const { compileEndpoint }: typeof EndpointCompiler = await importOriginal();
  return {
    compileEndpoint: (...given) => {
      const { endpoint, problems } = compileEndpoint(...given);
      const parseInput: Endpoint['parseInput'] = (...input) => {
        traces.current?.note('Endpoint.parseInput');
        return endpoint.parseInput(...input);
      };
      const parseOutput: Endpoint['parseOutput'] = (...output) => {
        traces.current?.note('Endpoint.parseOutput');
        return endpoint.parseOutput(...output);
      };
      return { endpoint: Object.freeze({ ...endpoint, parseInput, parseOutput }), problems };
    },
  };
});

const files = {
  'tools/stock.yml': `
mxcp: 1
tool:
  name: stock
  description: What lies in a city
  parameters:
    - { name: city, type: string, description: City }
  policies:
    input:
      - { condition: "city == 'Atlantis'", action: deny, reason: Nothing lies there }
    output:
      - { condition: 'true', action: filter_fields, fields: [secret] }
  source: { code: "SELECT $city AS city, 1 AS secret" }
`,
  'tools/endless.yml': `
mxcp: 1
tool:
  name: endless
  description: Takes very long
  source: { code: "SELECT sum(a.range * b.range) AS n FROM range(10000000) a, range(10000000) b" }
`,
  'resources/city.yml': `
mxcp: 1
resource:
  uri: cities://{name}
  description: A city
  parameters:
    - { name: name, type: string, description: Name }
  source: { code: "SELECT $name AS name" }
`,
  'prompts/greet.yml': `
mxcp: 1
prompt:
  name: greet
  description: A greeting
  parameters:
    - { name: name, type: string, description: Name }
  messages:
    - { role: user, type: text, prompt: "Hello {{ name }}" }
`,
};

let project: RunningProject;
let trace: CallTrace;
let url: string;

beforeAll(async () => {
  const methods = [...picturedMethods, ...wayMethods];
  trace = await CallTrace.of(methods.filter((method) => !method.startsWith('Endpoint.')));
  traces.current = trace;
  project = await RunningProject.of(files);
  url = await project.http();
}, 60_000);
beforeEach(() => {
  trace.clear();
});
afterAll(async () => {
  await project.close();
  trace.restore();
});

/** One request of MCP 2026-07-28. */
function modern(method: string, name: string, params: object, signal?: AbortSignal): Promise<Response> {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  return fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      'mcp-name': name,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: meta } }),
    ...(signal === undefined ? {} : { signal }),
  });
}

const callTool = (name: string, given: object, signal?: AbortSignal): Promise<Response> =>
  modern('tools/call', name, { name, arguments: given }, signal);

/** What was noted of the methods that the table of ways names. */
const taken = (): readonly string[] => trace.methods.filter((method) => wayMethods.includes(method));

describe('the way of a call, as docs/architecture.md has it', () => {
  it('is the picture, message for message', async () => {
    const reply = await callTool('stock', { city: 'Bern' });

    expect(await reply.json()).toMatchObject({ result: { content: [{ text: '[{"city":"Bern"}]' }] } });
    expect(messages.length).toBeGreaterThan(20);
    expect(trace.messages(participants, picturedMethods)).toEqual(messages);
  });

  it('of a client of the legacy era goes by the SDK', async () => {
    const body = { jsonrpc: '2.0', id: 1, method: 'tools/call' };
    const params = { name: 'stock', arguments: { city: 'Bern' } };
    const reply = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: '*/*' },
      body: JSON.stringify({ ...body, params }),
    });

    expect(await reply.text()).toContain('Bern');
    expect(taken()).toEqual(ways.get('a SQL tool over HTTP, legacy era'));
  });

  it('that a policy denies ends before anything runs, and is recorded', async () => {
    const reply = await callTool('stock', { city: 'Atlantis' });

    expect(await reply.text()).toContain('Nothing lies there');
    expect(taken()).toEqual(ways.get('a call that an input policy denies'));
  });

  it('whose client goes away ends, and is recorded', async () => {
    const client = new AbortController();
    const reply = callTool('endless', {}, client.signal).catch(() => null);
    await vi.waitUntil(() => trace.methods.includes('DuckDbExecutor.execute'), 10_000);
    client.abort();
    await reply;

    await vi.waitUntil(() => trace.methods.includes('RpcErrorMapper.map'), 10_000);
    expect(taken()).toEqual(ways.get('a call whose client goes away'));
  });

  it('to a resource', async () => {
    const reply = await modern('resources/read', 'cities://Bern', { uri: 'cities://Bern' });

    expect(await reply.text()).toContain('Bern');
    expect(taken()).toEqual(ways.get('a resource'));
  });

  it('to a prompt', async () => {
    const reply = await modern('prompts/get', 'greet', { name: 'greet', arguments: { name: 'Ada' } });

    expect(await reply.text()).toContain('Hello Ada');
    expect(taken()).toEqual(ways.get('a prompt'));
  });

  it('from the command line', async () => {
    const host = new FakeHost(['run', 'tool', 'stock', '-p', 'city=Bern', '--json'], {
      openCore: () => project.core(),
      cwd: project.folder,
    });

    expect(await runProgram(host)).toBe(0);
    expect(taken()).toEqual(ways.get('`mxcp run`'));
  });
});
