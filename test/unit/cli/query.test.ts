import { describe, expect, it } from 'vitest';
import { queryTarget } from '../../../src/common/domain/query-target.js';
import { ExecutionFailedError } from '../../../src/common/errors/endpoint-errors.js';
import { runProgram } from '../../../src/modules/cli/program.js';
import { coreAnswering, CoreFixture } from '../../builders/a-core.js';
import { FakeHost } from '../../fakes/fake-host.js';

async function query(core: CoreFixture, ...argv: string[]) {
  const host = new FakeHost(['query', ...argv], { context: core.context });
  return { code: await runProgram(host), host };
}

describe('mxcp query', () => {
  it('calls the built-in SQL endpoint', async () => {
    const core = coreAnswering([]);

    await query(
      core,
      'SELECT $a',
      '-p',
      'a=1',
      '-u',
      '{"user_id":"ada"}',
      '--request-headers',
      '{"X-A":"1"}',
    );

    expect(core.calls[0]).toMatchObject({
      kind: 'tool',
      target: queryTarget,
      arguments: { sql: 'SELECT $a', params: { a: '1' } },
      origin: 'cli',
      principal: { userId: 'ada' },
      headers: { 'x-a': '1' },
    });
  });

  it('shows the statement and its rows', async () => {
    const { code, host } = await query(coreAnswering([{ a: 1 }]), 'SELECT $a AS a', '-p', 'a=1');

    expect(host.output).toBe(
      [
        '',
        '🔍 Executing Query',
        '',
        '📝 SQL:',
        '   SELECT $a AS a',
        '',
        '📋 Parameters:',
        '   • $a = 1',
        '⏳ Running...',
        '',
        '✅ Query executed successfully!',
        '',
        '📊 Query Results (1 rows):',
        '',
        'a',
        '─',
        '1',
        '',
      ].join('\n'),
    );
    expect({ code, errors: host.errors }).toEqual({ code: 0, errors: '' });
  });

  it('shows the first five lines of a long statement', async () => {
    const { host } = await query(coreAnswering([]), 'a\nb\nc\nd\ne\nf');

    expect(host.output).toContain('   e\n   ...\n');
    expect(host.output).not.toContain('   f');
  });

  it('says so when there are no rows', async () => {
    const { host } = await query(coreAnswering([]), 'CREATE TABLE t (a INT)');

    expect(host.output).toMatch(/✅ Query executed successfully!\n\nℹ️ {2}No results returned\n$/);
  });

  it('points to JSON when not everything is shown', async () => {
    const rows = Array.from({ length: 101 }, (_, n) => ({ n }));

    const { host } = await query(coreAnswering(rows), 'SELECT n');

    expect(host.output).toContain('... and 1 more rows\n\n💡 Tip: Use --json-output to get all rows\n');
  });

  it('prints every row as JSON', async () => {
    const rows = Array.from({ length: 101 }, (_, n) => ({ n }));

    const { host } = await query(coreAnswering(rows), 'SELECT n', '--json');

    expect(host.json).toEqual({ status: 'ok', result: rows });
    expect(host.errors).toBe('');
  });

  it('passes on what the database said', async () => {
    const core = new CoreFixture({
      call: () => {
        throw new ExecutionFailedError('Failed to execute SQL: Binder Error');
      },
    });

    const { code, host } = await query(core, 'SELECT x', '--json');

    expect(host.json).toEqual({ status: 'error', error: 'Failed to execute SQL: Binder Error' });
    expect(code).toBe(1);
  });
});
