import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stdioClient, textOf } from '../support/client.ts';
import { mxcp } from '../support/command.ts';

describe('a new user', () => {
  const home = mkdtempSync(join(tmpdir(), 'mxcp-new-user-'));
  const demo = join(home, 'demo');

  beforeAll(async () => {
    const { code, stdout } = await mxcp(['init', 'demo', '--bootstrap'], { cwd: home, stdin: 'n\n' });
    expect(code).toBe(0);
    expect(stdout).toContain('✨ MXCP project initialized successfully!');
  });

  afterAll(() => {
    rmSync(home, { recursive: true, force: true });
  });

  it('gets a project with every folder, an example and a database', () => {
    for (const folder of [
      'tools',
      'resources',
      'prompts',
      'evals',
      'python',
      'plugins',
      'sql',
      'drift',
      'audit',
      'data',
    ]) {
      expect(existsSync(join(demo, folder)), folder).toBe(true);
    }
    expect(existsSync(join(demo, 'data', 'db-default.duckdb'))).toBe(true);
    expect(readFileSync(join(demo, 'mxcp-site.yml'), 'utf8')).toContain('project: demo');
  });

  it('may name a user file relative to the folder that init is called in', async () => {
    writeFileSync(join(home, 'user.yml'), 'mxcp: 1\n');

    const { code, stderr } = await mxcp(['init', 'second', '--yes', '--json'], {
      cwd: home,
      env: { MXCP_CONFIG: 'user.yml' },
    });

    expect(code, stderr).toBe(0);
  });

  it('validates it', async () => {
    const { code, stdout } = await mxcp(['validate'], { cwd: demo });

    expect(code).toBe(0);
    expect(stdout).toContain('🎉 All endpoints are valid!');
  });

  it('runs the example and reads the result as JSON', async () => {
    const { code, stdout, stderr } = await mxcp(
      ['run', 'tool', 'hello_world', '--param', 'name=Ada', '--json-output'],
      { cwd: demo },
    );

    expect(JSON.parse(stdout)).toEqual({ status: 'ok', result: 'Hello, Ada!' });
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  it('talks to it over stdio', async () => {
    const client = await stdioClient(demo, 'legacy');

    const result = await client.callTool({ name: 'hello_world', arguments: { name: 'Ada' } });

    expect(textOf(result)).toBe('Hello, Ada!');
    await client.close();
  });

  it('works in a folder below the project', async () => {
    const { stdout } = await mxcp(['list', '--json'], { cwd: join(demo, 'sql') });

    expect(JSON.parse(stdout)).toMatchObject({
      status: 'ok',
      result: { endpoints: [{ kind: 'tool', name: 'hello_world' }] },
    });
  });

  it('may write tables with query and read them in the next command', async () => {
    await mxcp(['query', "CREATE TABLE cats AS SELECT 'Tom' AS name"], { cwd: demo });

    const { stdout } = await mxcp(
      ['query', 'SELECT name FROM cats WHERE name = $n', '-p', 'n=Tom', '--json'],
      { cwd: demo },
    );

    expect(JSON.parse(stdout)).toEqual({ status: 'ok', result: [{ name: 'Tom' }] });
  });

  it('is told about each mistake in a definition, with file, line and a near key', async () => {
    const path = join(demo, 'tools', 'broken.yml');
    writeFileSync(path, 'mxcp: 1\ntool:\n  name: broken\n  descripton: typo\n  source: {code: SELECT 1}\n');
    try {
      const { code, stdout } = await mxcp(['validate', '--json'], { cwd: demo });

      const report = JSON.parse(stdout) as {
        result: { validated: { path: string; problems?: unknown[] }[] };
      };
      expect(code).toBe(1);
      expect(report.result.validated.find((entry) => entry.path === 'tools/broken.yml')).toMatchObject({
        status: 'error',
        message: 'tool.descripton: Extra inputs are not permitted',
        problems: [
          {
            location: 'tool.descripton',
            line: 4,
            column: 3,
            suggestion: 'description',
          },
        ],
      });
    } finally {
      rmSync(path);
    }
  });

  it.each([
    ['SQL that does not parse', 'SELEC 1', /Source code syntax validation failed: .*syntax error/],
    ['a missing table', 'SELECT * FROM nowhere', /Source code syntax validation failed: .*nowhere/],
    ['a parameter nobody declared', 'SELECT $b AS b', /Parameter mismatch: missing=\{'b'\}, extra=set\(\)/],
  ])('is told about %s', async (_name, sql, message) => {
    const path = join(demo, 'tools', 'broken.yml');
    writeFileSync(path, `mxcp: 1\ntool:\n  name: broken\n  source: {code: "${sql}"}\n`);
    try {
      const { code, stdout } = await mxcp(['validate', 'tools/broken.yml', '--json'], { cwd: demo });

      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({
        result: { status: 'error', message: expect.stringMatching(message) },
      });
    } finally {
      rmSync(path);
    }
  });

  it('is told about CEL that does not compile, and serve refuses to start', async () => {
    const path = join(demo, 'tools', 'broken.yml');
    writeFileSync(
      path,
      "mxcp: 1\ntool:\n  name: broken\n  source: {code: SELECT 1}\n  policies:\n    input:\n      - {condition: 'user.role = 1', action: deny}\n",
    );
    try {
      const validated = await mxcp(['validate', '--json'], { cwd: demo });
      const served = await mxcp(['serve', '--json', '--port', '1'], { cwd: demo });

      expect(validated.stdout).toContain('tool.policies.input.0.condition');
      expect(served.code).toBe(1);
      expect(JSON.parse(served.stdout)).toMatchObject({
        status: 'error',
        message: 'Found 1 endpoint(s) with errors',
        failed_endpoints: [{ path }],
      });
    } finally {
      rmSync(path);
    }
  });

  it.each([
    [['run', 'tool', 'hello_world', '--json'], 1, 'Required parameter missing: name'],
    [['run', 'tool', 'hello_world', '-p', 'name=A', '-p', 'x=1', '--json'], 1, 'Unknown parameter: x'],
    [['run', 'tool', 'nope', '--json'], 1, "Endpoint 'nope' not found in tools"],
    [['list', '--profile', 'nope', '--json'], 1, 'nope'],
    [['query', 'SELECT $x', '--json'], 1, 'Failed to execute SQL'],
    [['query', '--json'], 2, 'Either SQL query or --file must be provided'],
  ])('gets one JSON document for %j', async (args, code, text) => {
    const finished = await mxcp(args, { cwd: demo });

    expect(finished.code).toBe(code);
    expect(JSON.parse(finished.stdout)).toMatchObject({
      status: 'error',
      error: expect.stringContaining(text),
    });
  });

  it('is told plainly when there is no project', async () => {
    const { code, stdout, stderr } = await mxcp(['list'], { cwd: home });

    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('Error: No mxcp-site.yml found in current directory or parents');
  });

  it('is told which variable is not set, and where it is asked for', async () => {
    const config = join(home, 'config.yml');
    writeFileSync(
      config,
      'mxcp: 1\nprojects: {demo: {profiles: {default: {secrets: [{name: a, type: http, parameters: {BEARER_TOKEN: "${NOT_SET_ANYWHERE}"}}]}}}}\n',
    );

    const { code, stderr } = await mxcp(['list'], { cwd: demo, env: { MXCP_CONFIG: config } });

    expect(code).toBe(1);
    expect(stderr).toContain(
      `Environment variable NOT_SET_ANYWHERE is not set\n  needed by projects.demo.profiles.default.secrets.0.parameters.BEARER_TOKEN at ${config}:2:85`,
    );
  });
});
