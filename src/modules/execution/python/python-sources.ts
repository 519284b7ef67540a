import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Endpoint } from '../../../common/domain/endpoint.js';
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

/** Whether a Python file below a folder mentions the decorators of hooks; a cheap look at its text. */
export async function hasHooks(folder: string): Promise<boolean> {
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== '__pycache__' && (await hasHooks(path))) return true;
    } else if (entry.name.endsWith('.py') && hookNames.test(await textOf(path))) return true;
  }
  return false;
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    // a project without the folder, or one that cannot be read, has no hooks to run
    return [];
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    // importing the file reports it, where it is imported
    return '';
  }
}
