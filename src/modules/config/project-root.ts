import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigNotFoundError, ConfigUnreadableError } from '../../common/errors/config-errors.js';
import { hasErrorCode } from '../../common/errors/os-error.js';

export const SITE_FILE_NAME = 'mxcp-site.yml';

/**
 * The nearest folder, from `start` upwards, that holds a site file (configuration.md §1.1).
 * @throws ConfigNotFoundError, ConfigUnreadableError when none is found and a folder could not be looked into
 */
export async function findProjectRoot(start: string): Promise<string> {
  let refusal: ConfigUnreadableError | null = null;
  for (let folder = start; ; folder = dirname(folder)) {
    const path = join(folder, SITE_FILE_NAME);
    try {
      if ((await stat(path)).isFile()) return folder;
    } catch (error) {
      if (!hasErrorCode(error, 'ENOENT', 'ENOTDIR')) refusal ??= new ConfigUnreadableError(path, error);
    }
    if (folder === dirname(folder)) {
      throw refusal ?? new ConfigNotFoundError('No mxcp-site.yml found in current directory or parents');
    }
  }
}
