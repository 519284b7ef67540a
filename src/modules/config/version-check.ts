import { ConfigInvalidError } from '../../common/errors/config-errors.js';
import type { Mapping } from './mapping.js';
import { siteMigrationNotice, userMigrationNotice } from './migration-notice.js';

const readAsOne = new Set(['1', '1.0', '1.0.0']);

export interface CheckedVersion {
  readonly tree: Mapping;
  readonly warnings: readonly string[];
}

/**
 * Looks at `mxcp` before anything else does (configuration.md §2): text that reads as 1 becomes 1, with a
 * warning.
 * @throws ConfigInvalidError with the migration notice for other text
 */
export function checkVersion(kind: 'site' | 'user', file: string, tree: Mapping): CheckedVersion {
  const version = tree['mxcp'];
  if (version === true) return { tree: { ...tree, mxcp: 1 }, warnings: [] };
  if (typeof version !== 'string') return { tree, warnings: [] };
  if (!readAsOne.has(version)) {
    const notice = kind === 'site' ? siteMigrationNotice : userMigrationNotice;
    throw new ConfigInvalidError(notice(file, version));
  }
  return {
    tree: { ...tree, mxcp: 1 },
    warnings: [`${file}: mxcp is the text "${version}"; write the number: mxcp: 1`],
  };
}
