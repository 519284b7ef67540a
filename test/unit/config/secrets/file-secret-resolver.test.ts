import { chmod, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileSecretResolver } from '../../../../src/modules/config/secrets/file-secret-resolver.js';
import { aFolder } from '../../../builders/a-project-folder.js';

describe('FileSecretResolver', () => {
  it('gives the trimmed text of the file, relative to the working directory', async () => {
    const folder = await aFolder({ 'sub/token': '\n  grüße \n\n', 'a b%20': 'spaces' });
    const resolver = new FileSecretResolver(folder);

    expect(await resolver.resolve('file://sub/token')).toBe('grüße');
    expect(await resolver.resolve(`file://${folder}/sub/token`)).toBe('grüße');
    expect(await resolver.resolve('file://a b%20')).toBe('spaces');
  });

  it('follows links', async () => {
    const folder = await aFolder({ token: 'x' });
    await symlink(join(folder, 'token'), join(folder, 'link'));

    expect(await new FileSecretResolver(folder).resolve('file://link')).toBe('x');
  });

  it.each([
    ['file://no/such', (folder: string) => `File not found: ${folder}/no/such`],
    ['file://sub', (folder: string) => `Path is not a file: ${folder}/sub`],
    ['file://latin1', (folder: string) => `Error reading file '${folder}/latin1': not UTF-8 text`],
    ['file://~/x', (folder: string) => `File not found: ${folder}/~/x`],
  ])('says what is wrong with %s', async (reference, message) => {
    const folder = await aFolder({ 'sub/x': '', latin1: Uint8Array.of(0x67, 0xfc) });

    await expect(new FileSecretResolver(folder).resolve(reference)).rejects.toMatchObject({
      code: 'SECRET_UNRESOLVED',
      message: message(folder),
    });
  });

  it('says what is wrong with file://', async () => {
    await expect(new FileSecretResolver('/').resolve('file://')).rejects.toMatchObject({
      message: expect.stringMatching(/^Invalid file URL format: 'file:\/\/'\. /) as string,
    });
  });

  // a file that nobody can read from its beginning, root included
  it.runIf(process.platform === 'linux')('refuses a file that cannot be read', async () => {
    await expect(new FileSecretResolver('/').resolve('file:///proc/self/mem')).rejects.toMatchObject({
      code: 'SECRET_UNRESOLVED',
      message: "Error reading file '/proc/self/mem': i/o error",
    });
  });

  // root reads everything
  it.skipIf(process.getuid?.() === 0)('says that it may not read a file', async () => {
    const folder = await aFolder({ token: 'x' });
    await chmod(join(folder, 'token'), 0);

    await expect(new FileSecretResolver(folder).resolve('file://token')).rejects.toMatchObject({
      message: `Permission denied reading file '${folder}/token': permission denied`,
    });
  });
});
