import { visit, type Document, type YAMLParseError } from 'yaml';

/** A syntax error in our words, which never quote the file. */
export interface SyntaxProblem {
  readonly detail: string;
  readonly offset: number;
}

const tagged = 'Text that begins with ! must be in quotes: without them YAML reads a tag';

/** The mistakes that are made most, with what to do. */
const known: readonly (readonly [RegExp, string])[] = [
  [/^Source contains multiple documents/, 'Expected a single document'],
  [
    /^Nested mappings are not allowed/,
    'A second key cannot begin in this line: check the indentation, and put text that holds ": " in quotes',
  ],
  [/^Implicit map keys need to be followed by map values/, 'A key needs a colon and a space after it'],
  [/^Implicit keys need to be on a single line/, 'A key ends with a colon and a space, in one line'],
  [
    /^Unexpected scalar at node end/,
    'The value has ended before this: check the indentation, and put text that holds quotes in other quotes',
  ],
];

/** The first error that makes the file unreadable; null when there is none. */
export function syntaxProblem(document: Document.Parsed): SyntaxProblem | null {
  const error = document.errors[0];
  if (error !== undefined) return { detail: detailOf(error), offset: error.pos[0] };
  const offset = strayTag(document);
  return offset === null ? null : { detail: tagged, offset };
}

/** After a colon the parser quotes the file, which may hold a secret; the position says where to look. */
export function withoutQuotes(message: string): string {
  return message.split(/: |\n/, 1)[0] ?? message;
}

function detailOf({ code, message }: YAMLParseError): string {
  const words = known.find(([pattern]) => pattern.test(message))?.[1];
  if (words !== undefined) return words;
  const short = withoutQuotes(message);
  return code === 'BAD_SCALAR_START' ? `${short}; put the text in quotes` : short;
}

/** Where a `!` is that was meant as text: an unknown tag, or a lone one, which would drop the `!` of `! (a && b)`. */
function strayTag(document: Document.Parsed): number | null {
  const unknown = document.warnings.find(({ code }) => code === 'TAG_RESOLVE_FAILED');
  if (unknown !== undefined) return unknown.pos[0];
  let lone: number | null = null;
  visit(document, {
    Scalar(_key, node) {
      if (node.tag !== '!' || node.type !== 'PLAIN') return undefined;
      lone = node.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return lone;
}
