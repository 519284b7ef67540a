import { ConfigInvalidError } from '../../common/errors/config-errors.js';
import { isMapping, mapMembers, type Mapping } from './mapping.js';
import { dbtLists } from './schema/dbt-schema.js';

/**
 * Brings the shorthands of the site file to their full form (configuration.md §3, §9): null sections count as
 * absent, a bare value as the list of it, an extension's name as its mapping.
 * @throws ConfigInvalidError when `profiles` is no mapping
 */
export function normaliseSite(tree: Mapping): Mapping {
  const present = Object.entries(tree).filter(([key, value]) => !(value === null && sections.has(key)));
  return mapMembers(Object.fromEntries(present), (value, key) => {
    if (key === 'secrets' || key === 'plugin') return listOf(value);
    if (key === 'extensions') return listOf(value).map(extension);
    if (key === 'dbt' && isMapping(value)) return mapMembers(value, dbtMember);
    if (key === 'profiles' && !isMapping(value))
      throw new ConfigInvalidError('profiles of mxcp-site.yml must be a mapping');
    return value;
  });
}

const sections = new Set(['dbt', 'sql_tools', 'paths', 'profiles']);

function listOf(value: unknown): readonly unknown[] {
  if (value === null) return [];
  return Array.isArray(value) ? (value as readonly unknown[]) : [value];
}

function extension(value: unknown): unknown {
  return typeof value === 'string' ? { name: value } : value;
}

function dbtMember(value: unknown, key: string): unknown {
  if (!dbtLists.some((name) => name === key)) return value;
  if (value === null) return [];
  const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return isScalar ? [String(value)] : value;
}
