import { resolve } from 'node:path';
import type { PathsConfig } from '../../../common/domain/app-config.js';
import { over } from '../defaults.js';
import type { Sources } from './sources.js';

/** The project's folders, absolute. */
export function pathSettings({ root, site, defaults }: Sources): PathsConfig {
  const written = over(defaults.site.paths, site.paths);
  const folder = (name: keyof PathsConfig): string => resolve(root, written[name]);
  return {
    tools: folder('tools'),
    resources: folder('resources'),
    prompts: folder('prompts'),
    evals: folder('evals'),
    python: folder('python'),
    plugins: folder('plugins'),
    sql: folder('sql'),
    drift: folder('drift'),
    audit: folder('audit'),
    data: folder('data'),
  };
}

/** A written path at the root, or the derived default when it is empty or absent (configuration.md §4.2). */
export function anchored(root: string, written: string | null | undefined, derived: string): string {
  return written ? resolve(root, written) : derived;
}
