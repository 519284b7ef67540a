import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  existsSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigInvalidError } from '../../../src/common/errors/config-errors.js';
import { DatabaseUnavailableError } from '../../../src/common/errors/server-errors.js';
import { readYaml } from '../../../src/common/yaml/yaml-source.js';
import { runProgram } from '../../../src/modules/cli/program.js';
import { aConfig } from '../../builders/a-config.js';
import { CoreFixture } from '../../builders/a-core.js';
import { FakeHost, type HostParts } from '../../fakes/fake-host.js';

let home = '';

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'mxcp-init-'));
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

const at = (...parts: string[]): string => join(home, ...parts);

async function init(argv: readonly string[], parts: HostParts = {}, core = new CoreFixture()) {
  const host = new FakeHost(['init', ...argv], {
    cwd: home,
    env: { HOME: home, ...parts.env },
    context: core.context,
    ...(parts.stdin === undefined ? {} : { stdin: parts.stdin }),
    ...(parts.openCore === undefined ? {} : { openCore: parts.openCore }),
  });
  return { code: await runProgram(host), host, core };
}

function siteOf(folder: string): unknown {
  return readYaml(readFileSync(at(folder, 'mxcp-site.yml')), 'mxcp-site.yml').value;
}

describe('mxcp init', () => {
  it('writes a project and creates its database', async () => {
    const { code, host, core } = await init(['demo', '--bootstrap'], { stdin: 'n\n' });

    expect(siteOf('demo')).toEqual({ mxcp: 1, project: 'demo', profile: 'default' });
    expect(readdirSync(at('demo')).sort()).toEqual(
      'audit data drift evals mxcp-site.yml plugins prompts python resources sql tools'.split(' '),
    );
    expect(readFileSync(at('demo', 'sql', 'hello-world.sql'), 'utf8')).toBe(
      "SELECT 'Hello, ' || $name || '!' AS greeting\n",
    );
    expect(readYaml(readFileSync(at('demo', 'tools', 'hello-world.yml')), '').value).toMatchObject({
      tool: {
        name: 'hello_world',
        enabled: true,
        parameters: [{ name: 'name', type: 'string', examples: ['World', 'Alice', 'Bob'] }],
        return: { type: 'string' },
        source: { file: '../sql/hello-world.sql' },
      },
    });
    expect(host.coreFolders).toEqual([at('demo')]);
    expect(host.requests).toEqual([{ profile: 'default' }]);
    expect(core.starts).toEqual([{ check: 'none' }]);
    for (const text of [
      '✓ Created mxcp-site.yml\n✓ Created project directories\n✓ Created example hello world endpoint\n✓ Initialized DuckDB database\n',
      'Would you like to generate a Claude Desktop configuration file? [y/N]: ',
      'ℹ️  Skipped Claude Desktop configuration generation\n',
      '✨ MXCP project initialized successfully!',
      '📁 Project Structure:',
      '🚀 Next Steps:\n   cd demo\n',
      'mxcp run tool hello_world --param name=World\n   mxcp serve\n',
      "Run 'mxcp init .' again to generate server_config.json",
    ]) {
      expect(host.output).toContain(text);
    }
    expect({ code, errors: host.errors }).toEqual({ code: 0, errors: '' });
  });

  it('writes the server configuration when asked to', async () => {
    const { code, host } = await init(['demo'], { stdin: 'y\n' });

    const config = JSON.parse(readFileSync(at('demo', 'server_config.json'), 'utf8')) as {
      mcpServers: { demo: { command: string } };
    };
    expect(config).toEqual({
      mcpServers: {
        demo: {
          command: expect.stringMatching(/bin\/mxcp\.js$/) as unknown,
          args: ['serve', '--transport', 'stdio'],
          cwd: at('demo'),
        },
      },
    });
    expect(isAbsolute(config.mcpServers.demo.command)).toBe(true);
    expect(host.output).toContain(
      '✓ Generated server_config.json for Claude Desktop\n\nGenerated configuration:\n{\n',
    );
    expect(code).toBe(0);
  });

  it('names the plain command when it is on the PATH', async () => {
    mkdirSync(at('bin'));
    writeFileSync(at('bin', 'mxcp'), '', { mode: 0o755 });

    await init(['demo', '--server-config'], { env: { PATH: `/nowhere:${at('bin')}` } });

    expect(readFileSync(at('demo', 'server_config.json'), 'utf8')).toContain('"command": "mxcp"');
  });

  it('goes on without an answer when stdin is closed', async () => {
    const { code, host } = await init(['demo']);

    expect(host.output).toContain('⚠️  No answer on standard input');
    expect(existsSync(at('demo', 'server_config.json'))).toBe(false);
    expect(code).toBe(0);
  });

  it('asks nothing with --yes', async () => {
    const { host } = await init(['demo', '--yes']);

    expect(host.output).not.toContain('[y/N]');
    expect(existsSync(at('demo', 'server_config.json'))).toBe(true);
  });

  it('prints one document with --json', async () => {
    const { code, host } = await init(['demo', '--json', '--server-config']);

    expect(host.json).toEqual({
      status: 'ok',
      result: {
        path: at('demo'),
        project: 'demo',
        profile: 'default',
        database: true,
        server_config: at('demo', 'server_config.json'),
      },
    });
    expect(code).toBe(0);
  });

  it.each([
    ['2024', 'on'],
    ['true', 'null'],
    ['my project: #1', "o'brien"],
  ])('writes the names %j and %j so that they are read back', async (project, profile) => {
    await init(['demo', '--project', project, '--profile', profile, '--yes']);

    expect(siteOf('demo')).toEqual({ mxcp: 1, project, profile });
  });

  it('takes the profile from the environment', async () => {
    await init(['demo'], { env: { MXCP_PROFILE: 'prod' } });

    expect(siteOf('demo')).toMatchObject({ profile: 'prod' });
  });

  it('goes on when the database cannot be created', async () => {
    const core = new CoreFixture({
      start: () => {
        throw new DatabaseUnavailableError('disk full');
      },
    });

    const { code, host } = await init(['demo'], {}, core);

    expect(host.output).toContain('⚠️  Warning: Failed to initialize DuckDB database: disk full\n');
    expect(host.output).toContain('✨ MXCP project initialized successfully!');
    expect(code).toBe(0);
  });

  it('ends with 1 when the configuration cannot be loaded, and leaves the files', async () => {
    const { code, host } = await init(['demo'], {
      openCore: () => Promise.reject(new ConfigInvalidError('config.yml: bad')),
    });

    expect(host.errors).toBe('Error: config.yml: bad\nAborted!\n');
    expect(existsSync(at('demo', 'mxcp-site.yml'))).toBe(true);
    expect(code).toBe(1);
  });
});

describe('mxcp init refuses, and writes nothing,', () => {
  it('inside another project', async () => {
    writeFileSync(at('mxcp-site.yml'), 'mxcp: 1');

    const { code, host } = await init(['demo']);

    expect(host.errors).toBe(
      'Error: Cannot create a MXCP repository inside another one\n' +
        `The other one is ${at('.')}: choose a folder outside it.\nAborted!\n`,
    );
    expect(existsSync(at('demo'))).toBe(false);
    expect(code).toBe(1);
  });

  it('beside a database', async () => {
    writeFileSync(at('db-default.duckdb'), '');

    const { host } = await init([]);

    expect(host.errors).toContain(
      'Cannot create a MXCP repository in a directory with an existing db-default.duckdb file',
    );
    expect(existsSync(at('mxcp-site.yml'))).toBe(false);
  });

  it('to overwrite a file of the example', async () => {
    mkdirSync(at('demo', 'tools'), { recursive: true });
    writeFileSync(at('demo', 'tools', 'hello-world.yml'), 'mine');

    const { code, host } = await init(['demo', '--bootstrap']);

    expect(host.errors).toContain('tools/hello-world.yml exists already');
    expect(readdirSync(at('demo'))).toEqual(['tools']);
    expect(code).toBe(1);
  });

  it('a file as folder', async () => {
    writeFileSync(at('demo'), '');

    const { code, host } = await init(['demo']);

    expect(host.errors).toContain("Error: Invalid value for '[FOLDER]': Directory 'demo' is a file.\n");
    expect(code).toBe(2);
  });

  it.each([
    ['is absent', null, /MXCP user config not found at .*config\.yml/],
    ['is not YAML', 'a: [', /config\.yml:1:/],
  ])('when the named user file %s', async (_name, text, message) => {
    if (text !== null) writeFileSync(at('config.yml'), text);

    const { code, host } = await init(['demo'], { env: { MXCP_CONFIG: 'config.yml' } });

    expect(host.errors).toMatch(message);
    expect(existsSync(at('demo'))).toBe(false);
    expect(code).toBe(1);
  });
});

describe('mxcp init for a project that the user file knows', () => {
  beforeEach(() => {
    mkdirSync(at('.mxcp'));
    writeFileSync(at('.mxcp', 'config.yml'), 'mxcp: 1\nprojects: {demo: {profiles: {}}}\n');
  });

  it.each([
    ['n\n', false],
    ['\n', false],
    ['y\nn\n', true],
  ])('goes by the answer %j', async (stdin, isWritten) => {
    const { code, host } = await init(['demo'], { stdin });

    expect(host.output).toContain("Project 'demo' already exists in your config. Continue? [y/N]: ");
    expect(existsSync(at('demo', 'mxcp-site.yml'))).toBe(isWritten);
    expect(code).toBe(0);
  });

  it('needs --yes where nobody can answer', async () => {
    const refused = await init(['demo', '--json']);
    const accepted = await init(['demo', '--json', '--yes']);

    expect(refused.host.json).toMatchObject({ error: expect.stringContaining('--yes') as unknown });
    expect([refused.code, accepted.code]).toEqual([1, 0]);
  });
});

describe('mxcp init in a project', () => {
  beforeEach(() => {
    writeFileSync(at('mxcp-site.yml'), 'mxcp: 1\nproject: fleet\nprofile: dev\n');
  });

  function fleet(): CoreFixture {
    return new CoreFixture({ config: aConfig({ project: { ...aConfig().project, name: 'fleet' } }) });
  }

  it('offers only the server configuration, under the name of the project', async () => {
    const { code, host, core } = await init(['.'], { stdin: 'yes\n' }, fleet());

    expect(readdirSync(home).sort()).toEqual(['mxcp-site.yml', 'server_config.json']);
    expect(readFileSync(at('server_config.json'), 'utf8')).toContain('"fleet": {');
    expect(host.output).toContain('is an MXCP project already');
    expect(core.starts).toEqual([]);
    expect(code).toBe(0);
  });

  it('changes nothing on no', async () => {
    const { code } = await init(['.'], { stdin: 'n\n' }, fleet());

    expect(readdirSync(home)).toEqual(['mxcp-site.yml']);
    expect(code).toBe(0);
  });
});
