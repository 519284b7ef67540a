/** Identifiers that official CEL reserves and that existing conditions use as ordinary names (policies.md §3). */
const reserved = new Set(
  'as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

/** Strings (raw, bytes, triple-quoted), comments, names; in this order, so that words inside text are skipped. */
const tokens =
  /(?:[rR][bB]?|[bB][rR])(?:"""[^]*?"""|'''[^]*?'''|"[^"\n]*"|'[^'\n]*')|[bB]?(?:"""(?:\\[^]|[^\\])*?"""|'''(?:\\[^]|[^\\])*?'''|"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*')|\/\/[^\n]*|`[^`\n]*`|[A-Za-z_]\w*/g;

const word = /^[A-Za-z_]\w*$/;

interface HiddenWords {
  /** The expression in names that the parser accepts; every character keeps its column. */
  readonly text: string;
  /** Stand-in to original name; empty when nothing was hidden. */
  readonly originals: ReadonlyMap<string, string>;
}

/** Replaces each reserved word by an unused name of the same length; where there is none the parser will refuse it. */
export function hideReservedWords(expression: string): HiddenWords {
  const names = new Set(expression.match(tokens)?.filter((token) => word.test(token)));
  const standIns = new Map<string, string>();
  for (const name of names) {
    if (!reserved.has(name)) continue;
    const standIn = unusedName(name.length, names);
    if (standIn === null) continue;
    names.add(standIn);
    standIns.set(name, standIn);
  }
  if (standIns.size === 0) return { text: expression, originals: standIns };
  return {
    text: expression.replace(tokens, (token) => standIns.get(token) ?? token),
    originals: new Map([...standIns].map(([name, standIn]) => [standIn, name])),
  };
}

/** `_0`, `_1` and on, as long as they have this length. */
function unusedName(length: number, taken: ReadonlySet<string>): string | null {
  for (let number = 0; ; number += 1) {
    const name = `_${number.toString(36).padEnd(length - 1, '_')}`;
    if (name.length > length) return null;
    if (!taken.has(name)) return name;
  }
}
