import 'reflect-metadata';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../src/modules/cli/program.js';
import { RunningProject } from '../builders/a-running-project.js';
import { FakeHost } from '../fakes/fake-host.js';

const files = {
  'tools/sales.yml': `
mxcp: 1
tool:
  name: sales
  description: What each region sold in a year
  return:
    type: array
    items:
      type: object
      properties: { region: { type: string }, "2023": { type: integer } }
  policies:
    output:
      - { condition: 'true', action: filter_fields, fields: [secret] }
      - { condition: "response[0]['2024'] == 7", action: mask_fields, fields: ['2022'] }
  source: { code: "SELECT 'north' AS region, 7 AS secret, 7 AS \\"2024\\", 12345678901234567890::HUGEINT AS \\"2023\\", 1 AS \\"2022\\"" }
`,
  'resources/sales.yml': `
mxcp: 1
resource:
  uri: sales://all
  description: What each region sold in a year
  source: { code: "SELECT 'north' AS region, 7 AS \\"2024\\"" }
`,
};

const rows = '[{"region":"north","2024":7,"2023":12345678901234567890,"2022":"****"}]';
const text = `"text":${JSON.stringify(rows)}`;
const structured = `"structuredContent":{"result":${rows}}`;
const legacy = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'sales', arguments: {} } };
const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

let project: RunningProject;
let url: string;

beforeAll(async () => {
  project = await RunningProject.of(files);
  url = await project.http();
}, 60_000);
afterAll(() => project.close());

async function post(body: object, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const reply = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: JSON.stringify(body),
  });
  return reply.text();
}

function modern(method: string, name: string, params: object): Promise<string> {
  return post(
    { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: meta } },
    { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method, 'mcp-name': name },
  );
}

describe('columns whose names are numbers stay in their order', () => {
  it('over HTTP in the modern era', async () => {
    const reply = await modern('tools/call', 'sales', legacy.params);

    expect(reply).toContain(text);
    expect(reply).toContain(structured);
  });

  it('over HTTP in the legacy era', async () => {
    const reply = await post(legacy);

    expect(reply).toContain(text);
    expect(reply).toContain(structured);
  });

  it('in a resource', async () => {
    const reply = await modern('resources/read', 'sales://all', { uri: 'sales://all' });

    expect(reply.replaceAll(/\\n|\s|\\/g, '')).toContain('[{"region":"north","2024":7}]');
  });

  it.each([
    ['as JSON', ['--json'], /"region": "north",\s+"2024": 7,\s+"2023": 12345678901234567890,\s+"2022"/],
    ['as a table', [], /region │ 2024 │ 2023 +│ 2022/],
  ])('on the command line, %s', async (_name, options, shown) => {
    const host = new FakeHost(['run', 'tool', 'sales', ...options], {
      openCore: () => project.core(),
      cwd: project.folder,
    });

    expect(await runProgram(host)).toBe(0);
    expect(host.output).toMatch(shown);
  });
});

describe('over stdio', () => {
  it('columns whose names are numbers stay in their order', async () => {
    const own = await RunningProject.of(files);
    const [input, output] = [new PassThrough(), new PassThrough()];
    await own.stdio(input, output);
    input.write(`${JSON.stringify(legacy)}\n`);
    const [reply] = (await output.take(1).toArray()) as [Buffer];

    expect(reply.toString()).toContain(text);
    expect(reply.toString()).toContain(structured);
    await own.close();
  }, 30_000);
});
