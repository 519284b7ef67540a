import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mxcp } from '../support/command.ts';
import { mountFiles } from '../support/mounted-folder.ts';
import { callTool, modernRequest } from '../support/rpc.ts';
import { startServer, type RunningServer } from '../support/server.ts';

const site =
  'mxcp: 1\nproject: mounted\nprofile: default\nsecrets: [api]\nprofiles: {default: {duckdb: {readonly: true}}}\n';
const tool = (name: string, language: string, file: string): string =>
  `mxcp: 1\ntool: {name: ${name}, language: ${language}, source: {file: ${file}}}\n`;
const resource = "mxcp: 1\nresource: {uri: 'about://me', source: {code: \"SELECT 'about' AS text\"}}\n";

const tools = {
  'one.yml': tool('one', 'sql', '../sql/one.sql'),
  'two.yml': tool('two', 'python', '../python/two.py'),
  'more/three.yml': tool('three', 'typescript', '/typescript/three.ts'),
};
const sql = (version: string) => ({ 'one.sql': `SELECT '${version}' AS version` });
const python = (version: string) => ({
  'two.py': `import shared, lib.parts
from mxcp.runtime import config
shared.callers.append("two")
def two() -> dict:
    return {"version": shared.VERSION, "part": lib.parts.PART, "callers": shared.callers,
            "token": config.get_secret("api")["token"]}
`,
  'shared.py': `from mxcp.runtime import on_init
VERSION = "${version}"
callers = []
@on_init
def start():
    callers.append("init")
`,
  'lib/parts.py': `PART = "${version}"\n`,
});
const typescript = (version: string) => ({
  'three.ts': `import { version } from './lib/version.ts';\nexport const three = () => ({ version });\n`,
  'lib/version.ts': `export const version: string = '${version}';\n`,
});
const userFile = `mxcp: 1
projects:
  mounted:
    profiles:
      default:
        secrets:
          - {name: api, type: api, parameters: {token: 'file://TOKEN'}}
`;

type Files = Readonly<Record<string, string>>;

const below = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));

/** What a volume holds, by its mount point below the project. */
const layouts: readonly [string, (version: string) => Readonly<Record<string, Files>>][] = [
  [
    'the whole project in one volume',
    (version) => ({
      '.': {
        'mxcp-site.yml': site,
        ...below('tools', tools),
        ...below('resources', { 'about.yml': resource }),
        ...below('sql', sql(version)),
        ...below('python', python(version)),
        ...below('typescript', typescript(version)),
      },
    }),
  ],
  [
    'a volume for each folder',
    (version) => ({
      '.': { 'mxcp-site.yml': site },
      tools,
      resources: { 'about.yml': resource },
      sql: sql(version),
      python: python(version),
      typescript: typescript(version),
    }),
  ],
];

describe.each(layouts)('a project of mounted files, %s', (_, layout) => {
  const base = mkdtempSync(join(tmpdir(), 'mxcp-mounted-'));
  const project = join(base, 'app');
  const config = join(base, 'config');
  const env = { MXCP_CONFIG_PATH: join(config, 'config.yml') };
  let server: RunningServer;

  const mount = (version: string): void => {
    for (const [place, files] of Object.entries(layout(version))) {
      mkdirSync(join(project, place), { recursive: true });
      mountFiles(join(project, place), version, files);
    }
    mkdirSync(config, { recursive: true });
    mountFiles(config, version, {
      'config.yml': userFile.replace('TOKEN', join(config, 'token')),
      token: `token of ${version}\n`,
    });
  };

  const answer = async (name: string): Promise<unknown> => {
    const { body } = await callTool(server.url, name, {});
    const [first] = body.result?.['content'] as { text: string }[];
    return JSON.parse(first?.text ?? 'null') as unknown;
  };

  beforeAll(async () => {
    mount('first');
    server = await startServer(project, [], env);
  });

  afterAll(async () => {
    await server.stop();
    rmSync(base, { recursive: true, force: true });
  });

  it.each(['list', 'validate'])('is read by %s, each definition once', async (command) => {
    const { code, stdout } = await mxcp([command, '--json'], { cwd: project, env });

    expect(code).toBe(0);
    const paths = [...stdout.matchAll(/"path": "(?:.*\/app\/)?(.*)"/g)].map(([, path]) => path);
    expect(paths.sort()).toEqual([
      'resources/about.yml',
      'tools/more/three.yml',
      'tools/one.yml',
      'tools/two.yml',
    ]);
  });

  it('serves them, with the modules and secrets that they need', async () => {
    const { body } = await modernRequest(server.url, 'tools/list');

    const names = (body.result?.['tools'] as { name: string }[]).map(({ name }) => name);
    expect(names.sort()).toEqual(['one', 'three', 'two']);
    expect(await answer('one')).toEqual([{ version: 'first' }]);
    expect(await answer('two')).toMatchObject({ version: 'first', part: 'first', token: 'token of first' });
    expect(await answer('three')).toMatchObject({ version: 'first' });
  });

  it('loads each Python module once', async () => {
    expect(await answer('two')).toMatchObject({ callers: ['two', 'init'] });
  });

  it('follows an update at a reload', async () => {
    mount('second');
    server.process.kill('SIGHUP');

    await expect.poll(() => answer('one'), { timeout: 30_000 }).toEqual([{ version: 'second' }]);
    expect(await answer('two')).toMatchObject({
      version: 'second',
      part: 'second',
      token: 'token of second',
    });
    expect(await answer('three')).toMatchObject({ version: 'second' });
    expect(server.output()).not.toContain('..2026');
  });
});
