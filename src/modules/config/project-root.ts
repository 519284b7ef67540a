import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigNotFoundError } from '../../common/errors/config-errors.js';

export const SITE_FILE_NAME = 'mxcp-site.yml';

/**
 * The nearest folder, from `cwd` upwards, that holds a site file (configuration.md §1.1).
 * @throws ConfigNotFoundError
 */
export async function findProjectRoot(cwd: string): Promise<string> {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (await isFile(join(folder, SITE_FILE_NAME))) return folder;
    if (folder === dirname(folder)) {
      throw new ConfigNotFoundError('No mxcp-site.yml found in current directory or parents');
    }
  }
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() ?? false;
}
