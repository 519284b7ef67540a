import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mxcp } from '../support/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'mxcp-clean-output-'));

const code = `
import fs, { write, writeSync } from 'node:fs';
import { promisify } from 'node:util';
export async function loud() {
  writeSync(1, 'ONE\\n');
  fs.writeSync(1, Buffer.from('TWO\\n'));
  fs.writeFileSync(1, 'THREE\\n');
  const { bytesWritten } = await promisify(write)(1, 'FOUR\\n');
  await new Promise((resolve) => fs.createWriteStream('', { fd: 1, autoClose: false }).end('FIVE\\n', resolve));
  return bytesWritten;
}`;

beforeAll(() => {
  mkdirSync(join(folder, 'tools'));
  writeFileSync(join(folder, 'mxcp-site.yml'), 'mxcp: 1\nproject: loud\nprofile: dev\n');
  writeFileSync(
    join(folder, 'tools', 'loud.yml'),
    'mxcp: 1\ntool: {name: loud, description: d, language: typescript, source: {file: loud.ts}}\n',
  );
  writeFileSync(join(folder, 'tools', 'loud.ts'), code);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

it('what TypeScript writes to the descriptor of standard output stays out of the answer', async () => {
  const { code: exit, stdout, stderr } = await mxcp(['run', 'tool', 'loud', '--json'], { cwd: folder });

  expect(stderr).toMatch(/ONE\nTWO\nTHREE\nFOUR\nFIVE\n/);
  expect(JSON.parse(stdout)).toEqual({ status: 'ok', result: 5 });
  expect(exit).toBe(0);
});
