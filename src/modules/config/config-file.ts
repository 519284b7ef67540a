import { readFile } from 'node:fs/promises';
import { ConfigUnreadableError } from '../../common/errors/config-errors.js';
import { readYaml, type YamlSource } from '../../common/yaml/yaml-source.js';
import { hasErrorCode } from '../../common/errors/os-error.js';

/**
 * Reads one configuration file; null when there is none.
 * @throws ConfigUnreadableError when it cannot be read, YamlSyntaxError with file, line and column
 */
export async function readConfigFile(path: string): Promise<YamlSource | null> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) return null;
    throw new ConfigUnreadableError(path, error);
  }
  return readYaml(bytes, path);
}
