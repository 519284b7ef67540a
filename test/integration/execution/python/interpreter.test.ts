import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findInterpreter } from '../../../../src/modules/execution/python/interpreter.js';

describe('findInterpreter', () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'mxcp-interpreter-'));
  });
  afterEach(async () => {
    await rm(root, { recursive: true, force: true });
  });

  const find = (settings: { interpreter?: string | null; virtualEnv?: string | null } = {}) =>
    findInterpreter({ root, interpreter: null, virtualEnv: null, ...settings });

  /** A program that answers like a Python of that version. */
  async function aPython(path: string, version: string): Promise<string> {
    return aProgram(path, `printf '${version}\\n${join(root, path)}'`);
  }

  async function aProgram(path: string, script: string): Promise<string> {
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `#!/bin/sh\n${script}\n`);
    await chmod(file, 0o755);
    return file;
  }

  it('takes the configured one, relative to the project', async () => {
    const path = await aPython('tools/py', '3.12.1');
    await aPython('.venv/bin/python', '3.11.0');

    expect(await find({ interpreter: 'tools/py', virtualEnv: root })).toEqual({ path, version: '3.12.1' });
    expect(await find({ interpreter: path })).toEqual({ path, version: '3.12.1' });
  });

  it('takes the active virtual environment, then that of the project', async () => {
    const active = await aPython('active/bin/python', '3.12.1');
    const own = await aPython('.venv/bin/python', '3.11.0');

    expect(await find({ virtualEnv: join(root, 'active') })).toEqual({ path: active, version: '3.12.1' });
    expect(await find({ virtualEnv: join(root, 'gone') })).toEqual({ path: own, version: '3.11.0' });
    expect(await find()).toEqual({ path: own, version: '3.11.0' });
  });

  it('takes python3 of the path where nothing else is there', async () => {
    const { path, version } = await find();

    expect(path).toMatch(/python/);
    expect(version).toMatch(/^3\.\d+\.\d+$/);
  });

  it('refuses one that is too old, and says which', async () => {
    await aPython('.venv/bin/python', '3.9.18');

    await expect(find()).rejects.toMatchObject({
      code: 'ENDPOINT_INVALID',
      message: expect.stringMatching(
        /\.venv\/bin\/python \(the project's \.venv\) is Python 3\.9\.18, which is too old\. Install Python 3\.10/,
      ),
    });
  });

  it('says where it looked when a configured one is not there, and takes no other', async () => {
    await aPython('.venv/bin/python', '3.11.0');

    await expect(find({ interpreter: './missing' })).rejects.toThrow(
      `No Python was found. Looked for ${join(root, 'missing')} (python.interpreter).`,
    );
    await expect(find({ interpreter: 'no-such-python' })).rejects.toThrow(
      'Looked for no-such-python (python.interpreter).',
    );
  });

  it('refuses programs that fail or are no Python', async () => {
    await aProgram('fails', 'exit 3');
    await aProgram('talks', 'echo hello');
    await writeFile(join(root, 'text'), 'no program');

    await expect(find({ interpreter: './fails' })).rejects.toThrow('could not be run: it exited with code 3');
    await expect(find({ interpreter: './talks' })).rejects.toThrow('it did not answer like a Python');
    await expect(find({ interpreter: './text' })).rejects.toThrow('could not be run: EACCES');
  });
});
