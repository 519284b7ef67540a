import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder } from '../../../../src/common/files/make-folder.js';

describe('makeFolder', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'mxcp-folder-'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  it('makes what is missing above it as well, and leaves alone what is there', () => {
    const folder = join(root, 'a', 'b');
    makeFolder(folder, 0o700);
    makeFolder(folder, 0o755);

    expect([join(root, 'a'), folder].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o700]);
  });

  it('fails where a file is in the way', () => {
    writeFileSync(join(root, 'file'), '');

    expect(() => {
      makeFolder(join(root, 'file'));
    }).toThrow('EEXIST');
    expect(() => {
      makeFolder(join(root, 'file', 'below'));
    }).toThrow('ENOTDIR');
  });

  it('fails where the system takes no folders', () => {
    expect(() => {
      makeFolder('/proc/mxcp/data');
    }).toThrow("mkdir '/proc/mxcp'");
  });
});
