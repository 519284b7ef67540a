import { existsSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** Names a test: its file, a colon, its title as the source has it. */
const reference = /`((?:test|e2e)\/[\w./-]+\.ts): ([^`]+)`/g;

const page = readFileSync('docs/security.md', 'utf8');

/** Rows of the tables that say how a requirement is met. */
const rows = page.split('\n').flatMap((line) => {
  const cells = line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());
  const isRequirement = cells.length === 4 && cells[3] !== 'Test' && !/^:?-+$/.test(cells[3] ?? '');
  return isRequirement ? [cells] : [];
});

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

describe('the tables of docs/security.md', () => {
  it('have the requirements', () => {
    expect(rows.length).toBeGreaterThan(80);
  });

  it('name a test for each, or say why there is none', () => {
    const silent = rows.filter(([, , , tests = '']) => !/`(?:test|e2e)\/|^–/.test(tests));

    expect(silent).toEqual([]);
  });

  it('name tests that exist', () => {
    const known = new Map<string, ReadonlySet<string>>();
    const missing = [...page.matchAll(reference)].filter(([, file = '', title = '']) => {
      if (!existsSync(file)) return true;
      const titles = known.get(file) ?? titlesIn(file);
      known.set(file, titles);
      return !titles.has(title);
    });

    expect(missing.map(([text]) => text)).toEqual([]);
  });

  it('name no test in another way', () => {
    const cells = rows.map(([, , , tests = '']) => tests).join('\n');

    expect(cells.match(/`[^`]*`/g)).toEqual([...cells.matchAll(reference)].map(([text]) => text));
  });
});
