import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../../../python/tests/', import.meta.url));
const suites = readdirSync(folder)
  .filter((name) => /^test_\w+\.py$/.test(name))
  .map((name) => name.slice(0, -'.py'.length));

/** What `unittest` says of one file, and its exit code. */
function run(suite: string): Promise<{ readonly code: number | null; readonly report: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('python3', ['-B', '-m', 'unittest', suite], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const report: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => report.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, report: Buffer.concat(report).toString() });
    });
  });
}

describe('the Python package', () => {
  it.concurrent.each(suites)('passes %s', { timeout: 240_000 }, async (suite) => {
    const { code, report } = await run(suite);
    expect(code, report).toBe(0);
    expect(report).toMatch(/^Ran [1-9]\d* tests/m);
  });
});
