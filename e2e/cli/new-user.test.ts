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
});
