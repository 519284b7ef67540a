import { existsSync, readFileSync } from 'node:fs';
import ts from 'typescript';

/** Names a test: its file, a colon, its title as the source has it. */
const reference = /`((?:test|e2e)\/[\w./-]+\.ts): ([^`]+)`/g;

/** The names of tests in a text, as written. */
export function testReferences(text: string): readonly string[] {
  return [...text.matchAll(reference)].map(([whole]) => whole);
}

/** Those of them whose file or title is not there. */
export function missingTests(text: string): readonly string[] {
  const known = new Map<string, ReadonlySet<string>>();
  return [...text.matchAll(reference)].flatMap(([whole, file = '', title = '']) => {
    if (!existsSync(file)) return [whole];
    const titles = known.get(file) ?? titlesIn(file);
    known.set(file, titles);
    return titles.has(title) ? [] : [whole];
  });
}

/** The titles of `it`, `test` and `describe` in a file, also below `.each`. */
function titlesIn(file: string): ReadonlySet<string> {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const titles = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(?:it|test|describe)$/.test(rootOf(node.expression))) {
      const [title] = node.arguments;
      if (title !== undefined && ts.isStringLiteralLike(title)) titles.add(title.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return titles;
}

/** `it` of `it.each(rows)`. */
function rootOf(callee: ts.Expression): string {
  if (ts.isIdentifier(callee)) return callee.text;
  if (ts.isPropertyAccessExpression(callee) || ts.isCallExpression(callee)) return rootOf(callee.expression);
  return '';
}
