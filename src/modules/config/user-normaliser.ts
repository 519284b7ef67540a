import { isMapping, mapMembers, type Mapping } from './mapping.js';

/** Null maps between the root and a profile count as empty (configuration.md §1.2). */
export function normaliseUser(tree: Mapping): Mapping {
  return mapMembers(tree, (value, key) =>
    key === 'projects' ? eachMember(value, (project) => eachMember(project, profilesOf)) : value,
  );
}

function profilesOf(value: unknown, key: string): unknown {
  return key === 'profiles' ? eachMember(value, (profile) => profile ?? {}) : value;
}

function eachMember(value: unknown, change: (value: unknown, key: string) => unknown): unknown {
  if (value === null) return {};
  return isMapping(value) ? mapMembers(value, change) : value;
}
