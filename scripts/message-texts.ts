// The texts of the product that somebody may read, found in its syntax: a list by hand would forget some.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

export interface MessageText {
  /** Path from the root of the repository. */
  readonly file: string;
  /** What becomes of it: `error CODE`, `log warning`, `help`; empty when other code puts it into its answer. */
  readonly use: string;
  /** As it is written, with `{name}` for what is filled in. */
  readonly text: string;
}

interface ErrorClass {
  readonly base: string;
  /** What it gives its base as code; null when the base decides. */
  readonly code: string | null;
}

type ErrorClasses = ReadonlyMap<string, ErrorClass>;

/** Files whose texts stand on other pages, or are read by a machine. */
const elsewhere = new Set([
  'src/common/errors/error-catalog.ts',
  'src/modules/telemetry/prometheus-metrics.ts',
  'src/modules/cli/init/project-files.ts',
  'src/modules/auth/pages/html.ts',
  'src/modules/auth/stores/redis-scripts.ts',
  'src/modules/auth/stores/sqlite-records.ts',
  'src/modules/auth/stores/sqlite-schema.ts',
  'src/modules/policy/cel/expression-kind.ts',
  'src/modules/policy/cel/reserved-words.ts',
]);

/** Texts for a database, for HTTP headers and for other programs. */
const forMachines = [
  /^(?:SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|BEGIN|COMMIT|PRAGMA|LOAD|INSTALL|SET|MAP|TYPE)\b(?! must)/,
  /^(?:[A-Z][\w-]*, )+[A-Z][\w-]*$/,
  /^(?:Bearer|Basic) \{/,
  /(?:; charset=|-src '|^public, |; Max-Age=|^application\/)/,
  /^(?:[a-z_]+ ){9}/,
  /^import sys;/,
  /^(?:--|-\w, --)/,
  /_&&_/,
];

/** Commander's methods, and our own helper, whose texts `--help` shows. */
const helpCalls = new Set(['option', 'description', 'argument', 'usage', 'addHelpText', 'exampleText']);

/** Calls that compare a text or look it up; nobody reads it then. */
const comparisons = new Set(['includes', 'startsWith', 'endsWith', 'indexOf', 'split', 'get', 'has']);

/** All of them, by file and place in it; each once a file. */
export function messageTexts(root: string): readonly MessageText[] {
  const files = globSync('src/**/*.ts', { cwd: root }).sort();
  const sources = files.map((file) =>
    ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true),
  );
  const classes: ErrorClasses = new Map(sources.flatMap(errorClasses));
  const found = sources
    .filter((source) => !elsewhere.has(source.fileName))
    .flatMap((source) => textsOf(source, classes));
  const distinct = new Map(
    [...found, ...pythonTexts(root)].map((each) => [Object.values(each).join('\n'), each]),
  );
  return [...distinct.values()];
}

function errorClasses(source: ts.SourceFile): (readonly [string, ErrorClass])[] {
  return source.statements.filter(ts.isClassDeclaration).flatMap((declared) => {
    const base = declared.heritageClauses?.[0]?.types[0]?.expression.getText();
    if (base === undefined || declared.name === undefined) return [];
    const given = [...nodesOf(declared)].find(
      (node) => ts.isCallExpression(node) && isSuper(node.expression),
    );
    const first = given !== undefined && ts.isCallExpression(given) ? given.arguments[0] : undefined;
    const codes =
      first === undefined ? [] : [...nodesOf(first)].filter(ts.isStringLiteral).map(({ text }) => text);
    const own = codes.filter((code) => /^[A-Z]+(?:_[A-Z]+)*$/.test(code));
    return [[declared.name.text, { base, code: own.length === 0 ? null : own.join(', ') }]];
  });
}

function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  for (const child of children) yield* nodesOf(child);
}

function isSuper(node: ts.Node): boolean {
  return node.kind === ts.SyntaxKind.SuperKeyword;
}

function textsOf(source: ts.SourceFile, classes: ErrorClasses): MessageText[] {
  const found: MessageText[] = [];
  const walk = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    const text = writtenText(node);
    if (text === null) {
      ts.forEachChild(node, walk);
      return;
    }
    if (isRead(node, text))
      found.push({ file: source.fileName, use: useOf(node, classes), text: withoutTags(text) });
    for (const hole of holesOf(node)) walk(hole);
  };
  walk(source);
  return found;
}

/** The text of a literal, template or concatenation; null for all else. */
function writtenText(node: ts.Node): string | null {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    const spans = node.templateSpans.map(
      ({ expression, literal }) => `{${nameOf(expression)}}${literal.text}`,
    );
    return node.head.text + spans.join('');
  }
  if (!isConcatenation(node)) return null;
  const [left, right] = [writtenText(node.left), writtenText(node.right)];
  if (left === null && right === null) return null;
  return `${left ?? `{${nameOf(node.left)}}`}${right ?? `{${nameOf(node.right)}}`}`;
}

function isConcatenation(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;
}

/** What is filled in, as far as it may have texts of its own that its name does not show. */
function holesOf(node: ts.Node): readonly ts.Node[] {
  if (ts.isTemplateExpression(node))
    return node.templateSpans.flatMap(({ expression }) => inHole(expression));
  if (!isConcatenation(node)) return [];
  return [node.left, node.right].flatMap((side) =>
    writtenText(side) === null ? inHole(side) : holesOf(side),
  );
}

function inHole(node: ts.Expression): readonly ts.Node[] {
  if (!ts.isConditionalExpression(node)) return [node];
  return [node.whenTrue, node.whenFalse].flatMap((branch) =>
    writtenText(branch) === null ? [branch] : holesOf(branch),
  );
}

/** A short name for what is filled in: of a choice, its texts. */
function nameOf(node: ts.Expression): string {
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isParenthesizedExpression(node)) return nameOf(node.expression);
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  if (ts.isConditionalExpression(node)) {
    const branches = [node.whenTrue, node.whenFalse].map((branch) => writtenText(branch) ?? nameOf(branch));
    return branches.filter((branch) => branch !== '').join(' | ');
  }
  if (!ts.isCallExpression(node)) return '…';
  const called = node.expression;
  const isOfList =
    ts.isPropertyAccessExpression(called) && ['join', 'map', 'sort'].includes(called.name.text);
  if (isOfList) return nameOf(called.expression);
  return nameOf(node.arguments[0] ?? called);
}

function isRead(node: ts.Node, text: string): boolean {
  const { parent } = node;
  if (ts.isPropertyAssignment(parent) && parent.name === node) return false;
  if (ts.isElementAccessExpression(parent) || ts.isCaseClause(parent)) return false;
  if (ts.isBinaryExpression(parent) && /^[=!]==$/.test(parent.operatorToken.getText())) return false;
  if (ts.isCallExpression(parent) && comparisons.has(calledName(parent))) return false;
  return hasWords(text) && !forMachines.some((pattern) => pattern.test(text.trim()));
}

/** Two words at least, one of which is not filled in. */
function hasWords(text: string): boolean {
  const words = text
    .replaceAll(/\{[^}]*\}/g, '{}')
    .trim()
    .split(/\s+/);
  return words.length > 1 && words.some((word) => /[A-Za-z]{2,}/.test(word));
}

function withoutTags(text: string): string {
  if (!text.includes('</')) return text;
  return text
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** By the nearest call around it that says so, within the same function. */
function useOf(node: ts.Node, classes: ErrorClasses): string {
  for (let at = node; !ts.isSourceFile(at.parent) && !ts.isFunctionLike(at.parent); at = at.parent) {
    const use = useIn(at.parent, at, classes);
    if (use !== null) return use;
  }
  return '';
}

function useIn(parent: ts.Node, node: ts.Node, classes: ErrorClasses): string | null {
  if (ts.isPropertyAssignment(parent)) return isSummary(parent) ? 'help' : null;
  if (ts.isNewExpression(parent)) return errorUse(parent.expression.getText(), classes);
  if (!ts.isCallExpression(parent) || parent.expression === node) return null;
  if (isSuper(parent.expression)) return errorUse(classAround(parent), classes);
  const name = calledName(parent);
  if (helpCalls.has(name)) return 'help';
  if (name === 'warning' || name === 'problem') return name;
  if (!/\blog\.write$/.test(parent.expression.getText())) return null;
  const [level] = parent.arguments;
  return level !== undefined && ts.isStringLiteral(level) ? `log ${level.text}` : 'log';
}

/** Of a command, in the list of commands; endpoints log summaries too. */
function isSummary(property: ts.PropertyAssignment): boolean {
  return property.name.getText() === 'summary' && property.getSourceFile().fileName.includes('/cli/');
}

function calledName({ expression }: ts.CallExpression): string {
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();
}

function classAround(node: ts.Node): string {
  return (ts.findAncestor(node, ts.isClassDeclaration)?.name ?? node).getText();
}

function errorUse(name: string, classes: ErrorClasses): string | null {
  if (/^(?:Type|Range|Syntax)?Error$/.test(name)) return 'error';
  const declared = classes.get(name);
  if (declared === undefined) return null;
  return declared.code === null ? errorUse(declared.base, classes) : `error ${declared.code}`;
}

/** What the Python side raises: its authors' code sees it first. */
function pythonTexts(root: string): readonly MessageText[] {
  return globSync('python/mxcp/**/*.py', { cwd: root })
    .sort()
    .flatMap((file) => {
      const raised = readFileSync(join(root, file), 'utf8').matchAll(
        /raise \w+(?:\.\w+\("\w+"\))?\(\s*((?:f?"[^"\n]*"\s*)+)/g,
      );
      return [...raised].map(([, literals = '']) => ({
        file,
        use: 'error',
        text: [...literals.matchAll(/"([^"]*)"/g)].map(([, part = '']) => part).join(''),
      }));
    });
}
