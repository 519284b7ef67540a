import type { Variables } from '../variables.js';

export interface Expansion {
  readonly text: string;
  /** Names that are unset and have no default. */
  readonly missing: readonly string[];
  /** A `${…}` remains that is no reference. */
  readonly hasLeftover: boolean;
}

const reference = /\$\{([A-Za-z0-9_]+)(?::-([^}]*))?\}/g;

/**
 * Replaces `${NAME}` and `${NAME:-text}` in one pass: what comes in is not looked at again
 * (configuration.md §6.2). The default stands in for a variable that is unset or empty.
 */
export function expandVariables(text: string, variables: Variables): Expansion {
  if (!text.includes('${')) return { text, missing: [], hasLeftover: false };
  const missing: string[] = [];
  let hasLeftover = text.replaceAll(reference, '').includes('${');
  const expanded = text.replaceAll(reference, (whole, name: string, fallback: string | undefined) => {
    if (fallback?.includes('${') === true) hasLeftover = true;
    if (fallback !== undefined) return variables.setting(name) ?? fallback;
    const value = variables.value(name);
    if (value === undefined) missing.push(name);
    return value ?? whole;
  });
  return { text: expanded, missing, hasLeftover };
}
