import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Endpoint } from '../../../common/domain/endpoint.js';
import { hasErrorCode } from '../../../common/errors/os-error.js';
import type { EndpointRegistry } from '../../../common/ports/endpoint-registry.js';

const hookNames = /\bon_(?:init|shutdown)\b/;

/** Every Python endpoint of the project. */
export function pythonEndpoints(endpoints: EndpointRegistry): readonly Endpoint[] {
  return (['tool', 'resource'] as const)
    .flatMap((kind) => endpoints.list(kind))
    .filter((endpoint) => endpoint.language === 'python');
}

/** Absolute paths of the files that endpoints name, each once. */
export function sourceFiles(endpoints: readonly Endpoint[]): readonly string[] {
  return [...new Set(endpoints.flatMap(({ source }) => (source.kind === 'file' ? [source.path] : [])))];
}

/**
 * Whether a Python file below a folder mentions the decorators of hooks; a cheap look at its text.
 * @param unreadable told of each path that is there and cannot be read
 */
export async function hasHooks(
  folder: string,
  unreadable: (path: string, error: unknown) => void,
): Promise<boolean> {
  for (const entry of await readOr([], folder, () => readdir(folder, { withFileTypes: true }), unreadable)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== '__pycache__' && (await hasHooks(path, unreadable))) return true;
    } else if (entry.name.endsWith('.py')) {
      const text = await readOr('', path, () => readFile(path, 'utf8'), unreadable);
      if (hookNames.test(text)) return true;
    }
  }
  return false;
}

async function readOr<T>(
  nothing: T,
  path: string,
  read: () => Promise<T>,
  unreadable: (path: string, error: unknown) => void,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT', 'ENOTDIR')) unreadable(path, error);
    return nothing;
  }
}
