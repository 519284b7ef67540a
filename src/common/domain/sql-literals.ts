/**
 * What SQL text consists of where values may stand: a comment, a quoted identifier, a text (plain, with
 * escapes, dollar-quoted; an unfinished one runs to the end), a `$name`, a word or a number.
 */
const piece = new RegExp(
  [
    /(?<comment>--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))/u,
    /(?<identifier>"[^"]*(?:""[^"]*)*")/u,
    /(?<text>"[\s\S]*$|\b[eE]'[^'\\]*(?:(?:\\[\s\S]|'')[^'\\]*)*(?:'|$)|(?:\b[xXbB])?'[^']*(?:''[^']*)*(?:'|$)|\$(?<tag>\w*)\$[\s\S]*?(?:\$\k<tag>\$|$))/u,
    /(?<word>\$\w+|[\p{L}_][\p{L}\p{N}_$]*)/u,
    /(?<number>(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/u,
  ]
    .map((part) => part.source)
    .join('|'),
  'gu',
);

/**
 * SQL with every literal replaced by `?` and every comment by a blank, and the texts that were taken
 * out. Names and `$name` parameters stay. An unfinished literal or comment is taken out to the end.
 */
export function withoutSqlLiterals(sql: string): {
  readonly sql: string;
  readonly literals: readonly string[];
} {
  const literals: string[] = [];
  const stripped = sql.replace(piece, (...found: unknown[]) => {
    const text = String(found[0]);
    const groups = found.at(-1) as Readonly<Record<string, string | undefined>>;
    if (groups['comment'] !== undefined) return ' ';
    if (groups['text'] !== undefined) literals.push(...contentsOf(text));
    else if (groups['number'] !== undefined) literals.push(text);
    else return text;
    return '?';
  });
  return { sql: stripped, literals };
}

/** SQL with every `$name` parameter replaced by NULL; literals, comments and quoted names stay as they are. */
export function withNullParameters(sql: string): string {
  return sql.replace(piece, (text: string) => (/^\$\w+$/u.test(text) ? 'NULL' : text));
}

/** What a message may quote of a literal: its content, and what the escapes in it stand for. */
function contentsOf(literal: string): readonly string[] {
  if (literal.startsWith('"')) return [literal.slice(1)];
  const dollar = /^\$\w*\$/u.exec(literal)?.[0];
  if (dollar !== undefined) return [literal.slice(dollar.length).replace(dollar, '')];
  const content = literal
    .slice(literal.indexOf("'") + 1)
    .replace(/'$/u, '')
    .replaceAll("''", "'");
  return /^[eE].*\\/su.test(literal) ? [content, unescaped(content)] : [content];
}

function unescaped(content: string): string {
  return content.replace(
    /\\(?:x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|([\s\S]))/gu,
    (_all, hex?: string, octal?: string, char?: string) => {
      if (char !== undefined) return controls[char] ?? char;
      return String.fromCharCode(hex === undefined ? parseInt(octal ?? '', 8) : parseInt(hex, 16));
    },
  );
}

const controls: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
