/** Tells whether a member's key is one whose value must not be shown. */
export type KeyMatcher = (key: string) => boolean;

/** Keys come from callers too, so what is remembered of them is bounded. */
const MOST_REMEMBERED_KEYS = 10_000;
const LONGEST_REMEMBERED_KEY = 64;

const matchers = new WeakMap<readonly string[], KeyMatcher>();

/**
 * The matcher of a `redact_keys` list (audit.md §1): ignoring case, an entry matches a whole key or a
 * sequence of its `_`, `-` or camelCase segments. Answers are remembered per key.
 */
export function keyMatcher(redactKeys: readonly string[]): KeyMatcher {
  const known = matchers.get(redactKeys);
  if (known !== undefined) return known;
  const matcher = remembering(compile(redactKeys));
  matchers.set(redactKeys, matcher);
  return matcher;
}

function compile(redactKeys: readonly string[]): KeyMatcher {
  const whole = new Set(redactKeys.map((entry) => entry.toLowerCase()));
  const sequences = redactKeys.map(delimited).filter((sequence) => sequence !== '__');
  return (key) => {
    if (whole.has(key.toLowerCase())) return true;
    const segments = delimited(key);
    return sequences.some((sequence) => segments.includes(sequence));
  };
}

function remembering(matches: KeyMatcher): KeyMatcher {
  const answers = new Map<string, boolean>();
  return (key) => {
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = matches(key);
    if (answers.size < MOST_REMEMBERED_KEYS && key.length <= LONGEST_REMEMBERED_KEY) answers.set(key, answer);
    return answer;
  };
}

/** `userAPIKey-2` becomes `_user_api_key_2_`. */
function delimited(key: string): string {
  const segments = key
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1_$2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1_$2')
    .replace(/(\p{L})(\p{N})/gu, '$1_$2')
    .replace(/(\p{N})(\p{L})/gu, '$1_$2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((segment) => segment !== '');
  return `_${segments.join('_')}_`;
}
