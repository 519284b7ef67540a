import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasHooks } from '../../../../src/modules/execution/python/python-sources.js';

describe('hasHooks', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mxcp-hooks-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  async function aFile(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }

  it('finds the decorators at any depth', async () => {
    await aFile('a.py', 'x = 1');
    expect(await hasHooks(folder)).toBe(false);

    await aFile('sub/deep/b.py', '@on_init\ndef warm(): ...');
    expect(await hasHooks(folder)).toBe(true);
  });

  it('looks into Python files only, and not into caches', async () => {
    await aFile('notes.txt', 'on_init');
    await aFile('__pycache__/b.py', 'on_shutdown');
    await aFile('c.py', 'on_initial_load = 1');

    expect(await hasHooks(folder)).toBe(false);
  });

  it('finds none where there is no folder', async () => {
    expect(await hasHooks(join(folder, 'gone'))).toBe(false);
  });
});
