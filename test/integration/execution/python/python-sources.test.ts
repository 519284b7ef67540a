import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
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

  const unreadable: string[] = [];
  const found = (path: string): Promise<boolean> => {
    unreadable.length = 0;
    return hasHooks(path, (unread) => unreadable.push(relative(folder, unread)));
  };

  async function aFile(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }

  it('finds the decorators at any depth', async () => {
    await aFile('a.py', 'x = 1');
    expect(await found(folder)).toBe(false);

    await aFile('sub/deep/b.py', '@on_init\ndef warm(): ...');
    expect(await found(folder)).toBe(true);
  });

  it('looks into Python files only, and not into caches', async () => {
    await aFile('notes.txt', 'on_init');
    await aFile('__pycache__/b.py', 'on_shutdown');
    await aFile('c.py', 'on_initial_load = 1');

    expect(await found(folder)).toBe(false);
  });

  it('tells of what is there and cannot be read, and looks further', async () => {
    await symlink(join(folder, 'loop.py'), join(folder, 'loop.py'));
    await symlink(join(folder, 'gone'), join(folder, 'nowhere.py'));
    expect(await found(folder)).toBe(false);
    expect(unreadable).toEqual(['loop.py']);

    await aFile('z.py', '@on_init\ndef warm(): ...');
    expect(await found(folder)).toBe(true);
  });

  it('finds none where there is no folder', async () => {
    expect(await found(join(folder, 'gone'))).toBe(false);
  });
});
