import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository } from '../support/command.ts';

const python = process.env['MXCP_TEST_PYTHON'] ?? '';

/** What a program says to its end, which must be a good one without skipped tests. */
function report(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  expect(status, stdout + stderr).toBe(0);
  return stdout + stderr;
}

describe('with pandas, numpy, pydantic and the duckdb package, Python', () => {
  it('returns and takes their values', () => {
    const said = report(python, ['-B', '-m', 'unittest', 'test_libraries'], join(repository, 'python/tests'));

    expect(said).toMatch(/^OK$/m);
  });

  it('gets the values of db.execute in their types', () => {
    const vitest = join(repository, 'node_modules/vitest/vitest.mjs');
    const file = 'test/integration/execution/python/database-values.test.ts';

    expect(report(process.execPath, [vitest, 'run', '--no-color', file], repository)).not.toContain(
      'skipped',
    );
  });
});
