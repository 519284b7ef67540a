import type { Dirent } from 'node:fs';
import { readdir, readlink, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { EndpointKind } from '../../../common/domain/endpoint.js';
import { hasErrorCode } from '../../../common/errors/os-error.js';

export interface DefinitionFile {
  readonly path: string;
  /** Relative to the project root, with forward slashes. */
  readonly file: string;
  /** The kinds whose folders hold this file. */
  readonly kinds: readonly EndpointKind[];
}

export interface DefinitionFiles {
  /** By kind (tools, resources, prompts), then by path; each file once. */
  readonly files: readonly DefinitionFile[];
  /** `.yaml` files, which are never read; relative to the project root. */
  readonly ignored: readonly string[];
  /** Folders that could not be looked into. */
  readonly unreadable: readonly { readonly folder: string; readonly error: unknown }[];
}

/**
 * Finds every `*.yml` below the folders of the three kinds (endpoints.md §1.1). A missing folder holds nothing.
 * Symlinked folders are not followed, but for those of a Kubernetes volume, which keeps its files in
 * `..data` and links to them from beside; names that begin with `..` are the volume's own.
 */
export async function findDefinitionFiles(
  root: string,
  folders: readonly (readonly [EndpointKind, string])[],
): Promise<DefinitionFiles> {
  const kindsByPath = new Map<string, EndpointKind[]>();
  const ignored = new Set<string>();
  const unreadable: { folder: string; error: unknown }[] = [];
  for (const [kind, folder] of folders) {
    const paths = await walk(folder, (denied, error) =>
      unreadable.push({ folder: rootRelative(root, denied), error }),
    );
    paths.sort(compareText);
    for (const path of paths) {
      if (path.endsWith('.yaml')) ignored.add(rootRelative(root, path));
      else kindsByPath.set(path, [...(kindsByPath.get(path) ?? []), kind]);
    }
  }
  const files = [...kindsByPath].map(([path, kinds]) => ({ path, file: rootRelative(root, path), kinds }));
  return { files, ignored: [...ignored], unreadable };
}

/** The path below the project root, with forward slashes on every system. */
export function rootRelative(root: string, path: string): string {
  return relative(root, path).replaceAll(sep, '/');
}

/** Order by code unit, the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function walk(folder: string, deny: (folder: string, error: unknown) => void): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await entries(folder, deny)) {
    if (entry.name.startsWith('..')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory() || (await isVolumeFolder(entry, path))) found.push(...(await walk(path, deny)));
    else if (/\.ya?ml$/.test(entry.name) && (await isFile(entry, path))) found.push(path);
  }
  return found;
}

async function entries(folder: string, deny: (folder: string, error: unknown) => void): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT', 'ENOTDIR')) deny(folder, error);
    return [];
  }
}

async function isVolumeFolder(entry: Dirent, path: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return false;
  try {
    return (await readlink(path)).startsWith('..data/') && (await stat(path)).isDirectory();
  } catch {
    // gone meanwhile, or a link to nowhere
    return false;
  }
}

async function isFile(entry: Dirent, path: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isFile();
  try {
    return (await stat(path)).isFile();
  } catch {
    // a link to nowhere is a file that cannot be read, which its reader says
    return true;
  }
}
