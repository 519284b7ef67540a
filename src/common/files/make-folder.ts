import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { hasErrorCode } from '../errors/os-error.js';

/**
 * Makes a folder and those above it, unless they are there. Node's own way to do this never ends below `/proc`,
 * where a new folder is refused as if the one above it were missing.
 * @throws the file system's error
 */
export function makeFolder(path: string, mode = 0o777): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    const above = dirname(path);
    if (hasErrorCode(error, 'ENOENT') && !existsSync(above)) {
      makeFolder(above, mode);
      makeFolder(path, mode);
    } else if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) {
      throw error;
    }
  }
}
