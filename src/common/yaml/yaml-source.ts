import { isCollection, isMap, LineCounter, parseDocument, type Document, type Node, type Pair } from 'yaml';
import { YamlSyntaxError } from '../errors/config-errors.js';
import { syntaxProblem, withoutQuotes } from './syntax-words.js';
import { yaml11Tags } from './yaml-schema.js';

export interface Position {
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
}

export type YamlPath = readonly (string | number)[];

/** One parsed YAML file: its plain value, and where each part of it stands. */
export class YamlSource {
  readonly value: unknown;

  constructor(
    readonly file: string,
    private readonly document: Document.Parsed,
    private readonly lines: LineCounter,
  ) {
    this.value = document.toJS({ maxAliasCount: 100 });
  }

  /** The position of the key that leads to `path`, or of its nearest ancestor that exists. */
  locate(path: YamlPath): Position {
    for (let length = path.length; length > 0; length -= 1) {
      const offset = this.offsetOf(path.slice(0, length));
      if (offset !== null) return this.position(offset);
    }
    return this.position(this.document.contents?.range[0] ?? 0);
  }

  private offsetOf(path: YamlPath): number | null {
    const parent = this.document.getIn(path.slice(0, -1), true);
    const last = path.at(-1);
    if (isMap(parent)) {
      const pair = (parent.items as Pair<Node, Node | null>[]).find(
        (item) => String(item.key) === String(last),
      );
      return pair?.key.range?.[0] ?? null;
    }
    const node = isCollection(parent) ? (parent.get(last, true) as Node | undefined) : undefined;
    return node?.range?.[0] ?? null;
  }

  private position(offset: number): Position {
    const { line, col } = this.lines.linePos(offset);
    return { line, column: col };
  }
}

/**
 * Reads YAML 1.1 as PyYAML's safe loader does: last duplicate key wins, merge keys work, one document.
 * @param bytes UTF-8, or UTF-16 with a byte order mark
 * @param file name for messages
 * @throws YamlSyntaxError
 */
export function readYaml(bytes: Uint8Array, file: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(decode(bytes, file), {
    version: '1.1',
    schema: 'yaml-1.1',
    customTags: yaml11Tags,
    merge: true,
    uniqueKeys: false,
    prettyErrors: false,
    // the parser's words quote the file
    logLevel: 'error',
    lineCounter: lines,
  });
  const problem = syntaxProblem(document);
  if (problem !== null) throw syntaxError(file, problem.detail, lines.linePos(problem.offset));
  try {
    return new YamlSource(file, document, lines);
  } catch (cause) {
    // toJS refuses unresolved aliases and alias bombs
    const message = cause instanceof Error ? cause.message : String(cause);
    throw syntaxError(file, withoutQuotes(message), { line: 1, col: 1 });
  }
}

function syntaxError(file: string, detail: string, at: { line: number; col: number }): YamlSyntaxError {
  return new YamlSyntaxError(file, detail, Math.max(at.line, 1), Math.max(at.col, 1));
}

function decode(bytes: Uint8Array, file: string): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // what cannot be read is marked by the lenient decoder
    const before = new TextDecoder('utf-8').decode(bytes).split('\ufffd', 1)[0]?.split('\n') ?? [];
    const col = (before.at(-1)?.length ?? 0) + 1;
    throw syntaxError(file, 'The file is not UTF-8 text; save it as UTF-8', { line: before.length, col });
  }
}
