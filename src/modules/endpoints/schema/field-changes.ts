import type { PolicyRule } from '../../../common/domain/endpoint.js';

/** What output rules may do to a field of a result and to those below it. */
export interface FieldChanges {
  readonly removed: boolean;
  readonly masked: boolean;
  /** By property name; `*` stands for any. */
  readonly below: ReadonlyMap<string, FieldChanges>;
}

interface GrowingChanges {
  removed: boolean;
  masked: boolean;
  readonly below: Map<string, GrowingChanges>;
}

/**
 * Every change that some rule may make (policies.md §6). A name with dots is both a path and a key of the
 * first level, since which one it is depends on the data.
 */
export function fieldChanges(rules: readonly PolicyRule[]): FieldChanges {
  const root: GrowingChanges = untouched();
  for (const { action, fields } of rules) {
    if (action !== 'filter_fields' && action !== 'mask_fields') continue;
    for (const field of fields) {
      for (const path of field.includes('.') ? [[field], field.split('.')] : [[field]]) {
        const changed = path.reduce(descend, root);
        if (action === 'filter_fields') changed.removed = true;
        else changed.masked = true;
      }
    }
  }
  return root;
}

/** The changes that concern one property, from all trees that are followed at this point. */
export function changesOf(name: string, trees: readonly FieldChanges[]): readonly FieldChanges[] {
  return trees
    .flatMap(({ below }) => [below.get(name), below.get('*')])
    .filter((found) => found !== undefined);
}

function descend(changes: GrowingChanges, key: string): GrowingChanges {
  const found = changes.below.get(key) ?? untouched();
  changes.below.set(key, found);
  return found;
}

function untouched(): GrowingChanges {
  return { removed: false, masked: false, below: new Map() };
}
