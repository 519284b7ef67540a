import { mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Fills a folder as Kubernetes fills a mounted ConfigMap or Secret: the files are in a folder of their generation,
 * `..data` points at it, and each first name of a path is a link through `..data`. Another call replaces all of
 * them in one step, as an update does.
 */
export function mountFiles(
  folder: string,
  generation: string,
  files: Readonly<Record<string, string>>,
): void {
  const real = join(folder, `..2026_11_30_10_00_00.${generation}`);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(real, name)), { recursive: true });
    writeFileSync(join(real, name), text, { mode: 0o440 });
  }
  const data = join(folder, '..data');
  const former = linkTarget(data);
  symlinkSync(`..2026_11_30_10_00_00.${generation}`, `${data}_tmp`);
  renameSync(`${data}_tmp`, data);
  for (const name of new Set(Object.keys(files).map((path) => path.split('/')[0] ?? path))) {
    if (linkTarget(join(folder, name)) === null) symlinkSync(`..data/${name}`, join(folder, name));
  }
  if (former !== null) rmSync(join(folder, former), { recursive: true });
}

function linkTarget(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}
