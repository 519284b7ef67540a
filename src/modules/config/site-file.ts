import { join } from 'node:path';
import { ConfigNotFoundError } from '../../common/errors/config-errors.js';
import { checkShape } from '../../common/yaml/shape-check.js';
import type { YamlPath, YamlSource } from '../../common/yaml/yaml-source.js';
import { readConfigFile } from './config-file.js';
import { invalidConfig, type Draft } from './document-check.js';
import { changeMember, isMapping, onlyMember, type Mapping } from './mapping.js';
import { SITE_FILE_NAME } from './project-root.js';
import { siteDocument } from './site-config.js';
import { normaliseSite } from './site-normaliser.js';
import { checkVersion } from './version-check.js';

/** `mxcp-site.yml` as read: parsed, of the right version, in full form, references as written. */
export class SiteFile {
  private constructor(
    readonly path: string,
    readonly source: YamlSource,
    readonly tree: Mapping,
    readonly warnings: readonly string[],
  ) {}

  /** @throws ConfigNotFoundError, ConfigInvalidError, YamlSyntaxError */
  static async read(root: string): Promise<SiteFile> {
    const path = join(root, SITE_FILE_NAME);
    const source = await readConfigFile(path);
    if (source === null) throw new ConfigNotFoundError(`${SITE_FILE_NAME} not found at ${path}`);
    const value = source.value ?? {};
    if (!isMapping(value)) {
      const checked = checkShape(siteDocument, source, value);
      const problems = checked.ok ? [] : checked.problems;
      throw invalidConfig([{ heading: 'Site config validation error', file: path, problems }]);
    }
    const { tree, warnings } = checkVersion('site', path, value);
    return new SiteFile(path, source, normaliseSite(tree), warnings);
  }

  /** Names under `profiles`. */
  get profiles(): readonly string[] {
    const profiles = this.tree['profiles'];
    return isMapping(profiles) ? Object.keys(profiles) : [];
  }

  /** The file for one profile. */
  draft(tree: unknown, profile: string): Draft {
    return {
      source: this.source,
      tree,
      isActive: (path) => isTopLevel(path) || path.length < 2 || path[1] === profile,
      activeTree: changeMember(tree, 'profiles', (profiles) => onlyMember(profiles, profile)),
    };
  }
}

/** What lies above the profiles, whichever is active. */
export function isTopLevel(path: YamlPath): boolean {
  return path[0] !== 'profiles';
}
