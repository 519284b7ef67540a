import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export const siteFileName = 'mxcp-site.yml';

/** The nearest folder from `start` upwards that holds a site file; null when there is none. */
export function findProjectRoot(start: string): string | null {
  let folder = resolve(start);
  for (;;) {
    if (existsSync(join(folder, siteFileName))) return folder;
    const parent = dirname(folder);
    if (parent === folder) return null;
    folder = parent;
  }
}
