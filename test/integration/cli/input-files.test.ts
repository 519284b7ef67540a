import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../../src/modules/cli/program.js';
import { coreAnswering } from '../../builders/a-core.js';
import { FakeHost } from '../../fakes/fake-host.js';

const folder = mkdtempSync(join(tmpdir(), 'mxcp-input-'));

beforeAll(() => {
  writeFileSync(join(folder, 'tags.json'), '["a", 1]');
  writeFileSync(join(folder, 'user.json'), '\ufeff{"user_id": "ada"}', 'utf16le');
  writeFileSync(join(folder, 'broken.json'), '[1,\n ]');
  writeFileSync(join(folder, 'one.sql'), '\ufeffSELECT 1\n');
  writeFileSync(join(folder, 'empty.sql'), ' \n');
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function mxcp(...argv: string[]) {
  const core = coreAnswering(1);
  const host = new FakeHost(argv, { cwd: folder, context: core.context });
  return { code: await runProgram(host), host, call: core.calls[0] };
}

describe('files named on the command line', () => {
  it('give parameters and the user context, relative to the working directory', async () => {
    const { call, host } = await mxcp('run', 'tool', 'x', '-p', 'tags=@tags.json', '-u', '@user.json');

    expect(call?.arguments).toEqual({ tags: ['a', 1] });
    expect(call?.principal.userId).toBe('ada');
    expect(host.output).toContain('   • tags = <from file: tags.json>\n');
  });

  it('give SQL', async () => {
    const { call, host } = await mxcp('query', '--file', 'one.sql');

    expect(call?.arguments).toEqual({ sql: 'SELECT 1\n', params: {} });
    expect(host.output).toContain('🔍 Executing Query\n   • Source: one.sql\n');
  });

  it.each([
    [['run', 'tool', 'x', '-p', 'a=@nope.json'], 'Invalid value: JSON file not found: nope.json'],
    [
      ['run', 'tool', 'x', '-p', 'a=@broken.json'],
      'Invalid value: Invalid JSON in file broken.json: Unexpected character: line 2 column 2 (char 5)',
    ],
    [
      ['run', 'tool', 'x', '-u', '@broken.json'],
      'Invalid value: Invalid JSON in user context file broken.json: Unexpected character: line 2 column 2 (char 5)',
    ],
    [['run', 'tool', 'x', '-p', 'a=@.'], 'Invalid value: JSON file cannot be read: .'],
    [['query', '--file', 'empty.sql'], 'Invalid value: SQL query cannot be empty'],
    [['query', '--file', 'nope.sql'], "Invalid value for '--file': Path 'nope.sql' does not exist."],
  ])('are usage errors when they cannot be used: %j', async (argv, message) => {
    const { code, host } = await mxcp(...argv);

    expect(host.errors).toContain(`Error: ${message}\n`);
    expect(host.output).toBe('');
    expect(code).toBe(2);
  });
});
