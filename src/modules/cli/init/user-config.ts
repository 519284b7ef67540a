import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { ConfigUnreadableError, UserConfigNotFoundError } from '../../../common/errors/config-errors.js';
import { hasErrorCode } from '../../../common/errors/os-error.js';
import type { Host } from '../host.js';

/**
 * Whether the user file has an entry for the project. Reads the file before anything is written, so that one
 * that cannot be read stops `init` early.
 * @throws UserConfigNotFoundError when a named file is absent, ConfigUnreadableError, YamlSyntaxError
 */
export async function userConfigHasProject(project: string, { env, cwd }: Host): Promise<boolean> {
  const named = [env['MXCP_CONFIG'], env['MXCP_CONFIG_PATH']].find(
    (path) => path !== undefined && path !== '',
  );
  const home = env['HOME'] ?? env['USERPROFILE'] ?? homedir();
  const path = named === undefined ? join(home, '.mxcp', 'config.yml') : resolve(cwd, named);
  const bytes = await read(path);
  if (bytes === null) {
    if (named === undefined) return false;
    throw new UserConfigNotFoundError(path);
  }
  // the YAML library is loaded only where it is needed
  const { readYaml } = await import('../../../common/yaml/yaml-source.js');
  const { value } = readYaml(bytes, path);
  return hasKey(memberOf(value, 'projects'), project);
}

async function read(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) return null;
    throw new ConfigUnreadableError(path, error);
  }
}

function memberOf(value: unknown, key: string): unknown {
  return hasKey(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

function hasKey(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}
