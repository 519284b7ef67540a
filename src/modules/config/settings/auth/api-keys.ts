import type { ApiKeyConfig } from '../../../../common/domain/app-config.js';
import { Secret } from '../../../../common/domain/secret.js';
import type { Variables } from '../../variables.js';
import type { Findings } from './findings.js';

/** The key that a seed document prints; whoever read it has it. */
const PUBLISHED_KEY = 'dev-key-12345';

/** Fewest characters of a key in production (operations.md §10). */
const SHORTEST = 16;

/** Base64 that ends in one `=`. Keys are random: one of that kind without a capital or a digit is rather a name. */
const PADDED = /^(?=.*[A-Z\d])(?:[\w-]{4})*[\w-]{3}=$/;

/** The entries of `MCP_API_KEYS`, each `key` or `name=key`. */
export function apiKeys(variables: Variables, findings: Findings): readonly ApiKeyConfig[] {
  const written = variables.setting('MCP_API_KEYS');
  if (variables.value('MCP_API_KEYS') === '') {
    findings.warning('MCP_API_KEYS is empty: nobody is asked for a key');
  }
  const entries = (written ?? '').split(',').map((entry) => entry.trim());
  const keys = entries.filter((entry) => entry !== '').map(entryOf);
  if (written !== undefined && keys.length === 0)
    findings.problem('MCP_API_KEYS names no key; make one with: mxcp apikey generate');
  const isProduction = variables.setting('NODE_ENV') === 'production';
  for (const [index, { name, key }] of keys.entries()) {
    const which = name === null ? `entry ${index + 1} of MCP_API_KEYS` : `key '${name}' of MCP_API_KEYS`;
    const value = key.reveal();
    if (value === '') findings.problem(`${which} is a name without a key`);
    else if (value === PUBLISHED_KEY)
      refuseIn(isProduction, `${which} is the published example key`, findings);
    else if (value.length < SHORTEST) {
      refuseIn(isProduction, `${which} is shorter than ${SHORTEST} characters`, findings);
    }
  }
  return keys;
}

/**
 * A key may itself end in `=`, as base64 does: only a word before the first `=` is a name. What ends in `=` and is
 * no base64 is a name without a key; it is not repeated, as it may be meant as a key.
 */
function entryOf(entry: string): ApiKeyConfig {
  if (/^[\w.-]+=$/.test(entry) && !PADDED.test(entry)) return { name: null, key: new Secret('') };
  const named = /^([\w.-]+)=(?!=*$)(.*)$/.exec(entry);
  return { name: named?.[1] ?? null, key: new Secret(named?.[2] ?? entry) };
}

function refuseIn(isProduction: boolean, finding: string, findings: Findings): void {
  const sentence = `${finding}; make one with: mxcp apikey generate`;
  if (isProduction) findings.problem(sentence);
  else findings.warning(sentence);
}
