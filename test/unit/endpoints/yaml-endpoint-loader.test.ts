import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { AppConfig, PathsConfig } from '../../../src/common/domain/app-config.js';
import { problemText, type EndpointKind } from '../../../src/common/domain/endpoint.js';
import type { EndpointRegistry } from '../../../src/common/ports/endpoint-registry.js';
import { YamlEndpointLoader } from '../../../src/modules/endpoints/yaml-endpoint-loader.js';
import { aCall } from '../../builders/a-call.js';
import { aConfig } from '../../builders/a-config.js';

const projects: string[] = [];

afterEach(async () => {
  for (const project of projects.splice(0)) await rm(project, { recursive: true });
});

/** A project folder with these files; returns its root. */
async function aProject(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'project-'));
  projects.push(root);
  for (const [file, text] of Object.entries(files)) {
    await mkdir(join(root, dirname(file)), { recursive: true });
    await writeFile(join(root, file), text);
  }
  return root;
}

function configOf(root: string, paths: Partial<PathsConfig> = {}): AppConfig {
  const config = aConfig();
  const folders = {
    tools: join(root, 'tools'),
    resources: join(root, 'resources'),
    prompts: join(root, 'prompts'),
  };
  return {
    ...config,
    project: { ...config.project, root },
    paths: { ...config.paths, ...folders, ...paths },
  };
}

async function load(files: Readonly<Record<string, string>>): Promise<EndpointRegistry> {
  return new YamlEndpointLoader().load(configOf(await aProject(files)));
}

const tool = (name: string, more = ''): string =>
  `mxcp: 1\ntool: {name: ${name}, source: {code: SELECT 1}${more}}`;
const prompt = (name: string): string => `prompt: {name: ${name}, messages: [{prompt: hi}]}`;
const resource = (uri: string): string => `resource: {uri: '${uri}', source: {code: SELECT 1}}`;

const ids = (registry: EndpointRegistry, kind: EndpointKind) => registry.list(kind).map(({ id }) => id);
const texts = (registry: EndpointRegistry) =>
  registry.problems.map((found) => `${found.severity} ${found.file}: ${problemText(found)}`);

describe('YamlEndpointLoader', () => {
  it('finds nothing in a project without folders', async () => {
    const registry = await load({});
    expect(registry.files).toEqual([]);
    expect(registry.problems).toEqual([]);
    expect(ids(registry, 'tool')).toEqual([]);
  });

  it('finds every .yml at any depth, tools before resources before prompts, each sorted by path', async () => {
    const registry = await load({
      'prompts/p.yml': prompt('p'),
      'resources/r.yml': resource('x://r'),
      'tools/b.yml': tool('b'),
      'tools/.hidden/_c.yml': tool('c'),
      'tools/.d.yml': tool('d'),
      'tools/a/deep/e.yml': tool('e'),
      'tools/a.yml': tool('a'),
      'tools/notes.txt': 'no',
      'tools/UPPER.YML': 'no: [',
    });
    expect(registry.files).toEqual([
      'tools/.d.yml',
      'tools/.hidden/_c.yml',
      'tools/a.yml',
      'tools/a/deep/e.yml',
      'tools/b.yml',
      'resources/r.yml',
      'prompts/p.yml',
    ]);
    expect(ids(registry, 'tool')).toEqual(['d', 'c', 'a', 'e', 'b']);
    expect(registry.problems).toEqual([]);
  });

  it('follows links to files but not to folders', async () => {
    const root = await aProject({
      'tools/a.yml': tool('a'),
      'other/b.yml': tool('b'),
      'single.yml': tool('c'),
    });
    await symlink(join(root, 'other'), join(root, 'tools', 'other'));
    await symlink(join(root, 'single.yml'), join(root, 'tools', 'c.yml'));
    await symlink(join(root, 'none.yml'), join(root, 'tools', 'd.yml'));
    const registry = await new YamlEndpointLoader().load(configOf(root));
    expect(ids(registry, 'tool')).toEqual(['a', 'c']);
    expect(texts(registry)).toEqual([
      "error tools/d.yml: [Errno 2] No such file or directory: 'tools/d.yml'",
    ]);
  });

  it('reads a mounted volume by the links beside its folder, each definition once', async () => {
    const real = 'tools/..2026_11_30_10_00_00.1';
    const root = await aProject({
      [`${real}/a.yml`]: tool('a'),
      [`${real}/more/b.yml`]: tool('b'),
      'tools/.own/c.yml': tool('c'),
    });
    await symlink('..2026_11_30_10_00_00.1', join(root, 'tools', '..data'));
    await symlink('..data/a.yml', join(root, 'tools', 'a.yml'));
    await symlink('..data/more', join(root, 'tools', 'more'));
    await symlink('..data/gone', join(root, 'tools', 'gone'));
    const registry = await new YamlEndpointLoader().load(configOf(root));
    expect(ids(registry, 'tool')).toEqual(['c', 'a', 'b']);
    expect(registry.problems).toEqual([]);
  });

  it('warns of .yaml files and never reads them', async () => {
    const registry = await load({ 'tools/a.yaml': tool('a') });
    const message = 'Skipping tools/a.yaml: definition files end in .yml, not .yaml';
    expect(registry.files).toEqual([]);
    expect(texts(registry)).toEqual([`warning tools/a.yaml: ${message}`]);
  });

  it('skips files of another kind than their folder’s, with a warning', async () => {
    const registry = await load({ 'tools/p.yml': prompt('p'), 'prompts/t.yml': tool('t') });
    expect(registry.files).toEqual([]);
    expect(ids(registry, 'prompt')).toEqual([]);
    expect(texts(registry)).toEqual([
      'warning prompts/t.yml: Skipping prompts/t.yml: Expected prompt definition but not found',
      'warning tools/p.yml: Skipping tools/p.yml: Expected tool definition but not found',
    ]);
  });

  it('serves every kind from a folder that several kinds share, each file once', async () => {
    const root = await aProject({ 'all/p.yml': prompt('p'), 'all/t.yml': tool('t'), 'all/bad.yml': 'x: [' });
    const all = join(root, 'all');
    const config = configOf(root, { tools: all, resources: all, prompts: all });
    const registry = await new YamlEndpointLoader().load(config);
    expect(ids(registry, 'tool')).toEqual(['t']);
    expect(ids(registry, 'prompt')).toEqual(['p']);
    expect(registry.files).toEqual(['all/bad.yml', 'all/p.yml', 'all/t.yml']);
    expect(registry.problems).toHaveLength(1);
  });

  it('skips disabled files in silence, but only those that fit the schema', async () => {
    const registry = await load({
      'tools/idle.yml': tool('idle', ', enabled: off'),
      'tools/off_but_bad.yml': 'tool: {name: x, enabled: false}',
    });
    expect(registry.files).toEqual(['tools/off_but_bad.yml']);
    expect(texts(registry)).toEqual(['error tools/off_but_bad.yml: tool.source: Field required']);
  });

  it('goes on after bad files, reports all their problems, the first one first', async () => {
    const registry = await load({
      'tools/a.yml': 'tool: {colour: red}',
      'tools/b.yml': '# nothing',
      'tools/c.yml': tool('c'),
    });
    expect(registry.files).toEqual(['tools/a.yml', 'tools/b.yml', 'tools/c.yml']);
    expect(ids(registry, 'tool')).toEqual(['c']);
    expect(texts(registry)).toEqual([
      'error tools/a.yml: tool.name: Field required',
      'error tools/a.yml: tool.source: Field required',
      'error tools/a.yml: tool.colour: Extra inputs are not permitted',
      'error tools/b.yml: Endpoint file is empty',
    ]);
  });

  it('refuses every file that shares a name with another, of whatever kind', async () => {
    const registry = await load({
      'tools/a.yml': tool('x'),
      'tools/b.yml': tool('y'),
      'tools/off.yml': tool('y', ', enabled: false'),
      'tools/broken.yml': 'tool: {name: y}',
      'prompts/b.yml': prompt('x'),
    });
    const message = "Duplicate endpoint name 'x' found in: tools/a.yml, prompts/b.yml";
    expect(texts(registry)).toEqual([
      `error prompts/b.yml: ${message}`,
      `error tools/a.yml: ${message}`,
      'error tools/broken.yml: tool.source: Field required',
    ]);
    expect(ids(registry, 'tool')).toEqual(['y']);
    expect(() => registry.resolve(aCall({ target: 'x', origin: 'cli' }))).toThrow(message);
    expect(() => registry.resolve(aCall({ kind: 'prompt', target: 'x', origin: 'test' }))).toThrow(message);
    expect(() => registry.resolve(aCall({ target: 'x' }))).toThrow("Endpoint 'x' not found in tools");
  });

  it('speaks of a URI where a resource is among them', async () => {
    const registry = await load({ 'tools/a.yml': tool('"x://a"'), 'resources/b.yml': resource('x://a') });
    const message = "Duplicate endpoint URI 'x://a' found in: tools/a.yml, resources/b.yml";
    expect(registry.problems.filter(({ severity }) => severity === 'error').map(problemText)).toEqual([
      message,
      message,
    ]);
  });

  it('takes files without a name for unusable, not for duplicates', async () => {
    const registry = await load({ 'tools/a.yml': tool('""'), 'resources/b.yml': resource('') });
    const message = 'No valid endpoint type (tool/resource/prompt) found';
    expect(registry.problems.map(problemText)).toEqual([message, message]);
  });

  it('refuses to serve what fails validation, but lets the command line run it', async () => {
    const registry = await load({
      'resources/a.yml': 'resource: {uri: "x://a", parameters: [{name: q, type: string}], source: {code: x}}',
      'tools/b.yml': 'tool:\n  name: b\n  source: {file: none.sql}',
    });
    expect(texts(registry)).toEqual([
      "error resources/a.yml: Resource parameter(s) ['q'] are not used in uri 'x://a'. Put them in the uri or make a 'tool:' instead.",
      "error tools/b.yml: Error resolving source code: [Errno 2] No such file or directory: 'tools/none.sql'",
    ]);
    expect(registry.problems[1]).toMatchObject({ line: 3, column: 3 });
    expect(ids(registry, 'resource')).toEqual([]);
    expect(registry.resolve(aCall({ kind: 'resource', target: 'x://a', origin: 'cli' })).endpoint.id).toBe(
      'x://a',
    );
    expect(registry.resolve(aCall({ target: 'b', origin: 'cli' })).endpoint.source).toMatchObject({
      code: null,
    });
  });

  it('lets nobody run parameters that cannot be checked', async () => {
    const registry = await load({
      'tools/a.yml': tool('a', ", parameters: [{name: p, type: string, pattern: '('}]"),
      'tools/b.yml': tool('b', ', parameters: [{name: p, type: string}, {name: p, type: integer}]'),
    });
    expect(registry.problems).toMatchObject([
      { file: 'tools/a.yml', location: 'tool.parameters.0.pattern', severity: 'error', line: 2 },
      { file: 'tools/b.yml', location: 'tool.parameters.1.name', severity: 'error', line: 2 },
    ]);
    for (const target of ['a', 'b']) {
      expect(() => registry.resolve(aCall({ target, origin: 'cli' }))).toThrow(/^tool\.parameters\./);
    }
  });

  it('still serves what has warnings only', async () => {
    const registry = await load({ 'tools/a.yml': 'mxcp: 1.0.0\ntool: {name: a b, source: {code: x}}' });
    expect(ids(registry, 'tool')).toEqual(['a b']);
    expect(texts(registry)).toEqual([
      "warning tools/a.yml: mxcp: Version '1.0.0' is text and is read as 1; write 'mxcp: 1'",
      expect.stringMatching(/^warning tools\/a\.yml: tool\.name: Name 'a b' does not match/),
    ]);
  });

  it('knows where each definition gives its source', async () => {
    const registry = await load({
      'tools/a.yml': 'tool:\n  name: a\n  source:\n    code: SELECT 1\n',
      'tools/b.yml': 'tool:\n  name: b\n  source:\n    language: sql\n    file: ../b.sql\n',
      'b.sql': 'SELECT 2',
      'prompts/p.yml': 'prompt:\n  name: p\n  messages:\n    - role: user\n      prompt: Hello\n',
    });

    expect(registry.list('tool').map(({ sourcePosition }) => sourcePosition)).toEqual([
      { line: 4, column: 5 },
      { line: 5, column: 5 },
    ]);
    expect(registry.list('prompt')).toMatchObject([
      { sourcePosition: { line: 3 }, source: { messages: [{ position: { line: 5, column: 7 } }] } },
    ]);
  });

  it('reads SQL from its file, once, at load', async () => {
    const root = await aProject({
      'tools/a.yml': 'tool: {name: a, source: {file: ../sql/a.sql}}',
      'sql/a.sql': 'SELECT 1',
    });
    const registry = await new YamlEndpointLoader().load(configOf(root));
    await writeFile(join(root, 'sql/a.sql'), 'SELECT 2');
    expect(registry.list('tool')[0]?.source).toEqual({
      kind: 'file',
      path: join(root, 'sql', 'a.sql'),
      code: 'SELECT 1',
    });
  });

  it('offers the SQL tools as the site file says', async () => {
    const config = configOf(await aProject({ 'tools/a.yml': tool('a') }));
    const enabled = { enabled: true, readonly: true, descriptions: { list_tables: 'Ours' }, policies: null };
    const registry = await new YamlEndpointLoader().load({ ...config, sqlTools: enabled });
    expect(ids(registry, 'tool')).toEqual(['a', 'execute_sql_query', 'list_tables', 'get_table_schema']);
    expect(registry.list('tool')[2]?.description).toBe('Ours');
  });

  it('loads two thousand files quickly', async () => {
    const files = Array.from(
      { length: 2000 },
      (_, index) =>
        [
          `tools/group_${index % 20}/t${index}.yml`,
          [
            'mxcp: 1',
            'tool:',
            `  name: t${index}`,
            '  description: one of many',
            '  tags: [a, b]',
            '  parameters:',
            '    - {name: city, type: string, description: where, maxLength: 40}',
            '    - {name: since, type: string, format: date, default: "2024-01-01"}',
            '  return: {type: array, items: {type: object, properties: {id: {type: integer}}}}',
            '  source: {code: "SELECT $city, $since"}',
          ].join('\n'),
        ] as const,
    );
    const config = configOf(await aProject(Object.fromEntries(files)));
    const start = performance.now();
    const registry = await new YamlEndpointLoader().load(config);
    const elapsedMs = performance.now() - start;
    expect(registry.list('tool')).toHaveLength(2000);
    expect(registry.problems).toEqual([]);
    expect(registry.resolve(aCall({ target: 't1999' })).endpoint.name).toBe('t1999');
    expect(elapsedMs).toBeLessThan(10_000);
  }, 60_000);
});
