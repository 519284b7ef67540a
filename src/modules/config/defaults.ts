import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { checkShape } from '../../common/yaml/shape-check.js';
import { readYaml } from '../../common/yaml/yaml-source.js';
import { invalidConfig } from './document-check.js';
import { defaultsDocument, type Defaults } from './schema/defaults-schema.js';

// both `src` and `dist` lie directly below the package
const defaultsFile = new URL('../../../config/defaults.yml', import.meta.url);
const packageFile = new URL('../../../package.json', import.meta.url);

/**
 * `config/defaults.yml` of this package.
 * @throws ConfigInvalidError when the installation is damaged
 */
export async function readDefaults(): Promise<Defaults> {
  const file = 'config/defaults.yml';
  const checked = checkShape(defaultsDocument, readYaml(await readFile(defaultsFile), file));
  if (checked.ok) return checked.value;
  throw invalidConfig([{ heading: 'Invalid defaults', file, problems: checked.problems }]);
}

/** The version of this program. */
export async function readProductVersion(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(packageFile, 'utf8'));
  return z.object({ version: z.string() }).parse(manifest).version;
}

/** The members of `given` over those of `defaults`; undefined leaves the default. */
export function over<T extends object>(defaults: T, given: Given<T> | null | undefined): T {
  const written = Object.entries(given ?? {}).filter(([, value]) => value !== undefined);
  return { ...defaults, ...(Object.fromEntries(written) as Partial<T>) };
}

type Given<T> = { readonly [K in keyof T]?: T[K] | undefined };
