import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { cellsOf } from './markdown.js';
import { missingTests } from './test-references.js';

const page = readFileSync('docs/architecture.md', 'utf8');
const appendix = page.slice(page.indexOf('\n## Appendix'));
const rows = appendix
  .split('\n')
  .map(cellsOf)
  .filter(([number = '']) => /^\d+$/.test(number));

const isNamed = (node: ts.Node): node is ts.Node & { readonly name?: ts.Node } =>
  ts.isClassElement(node) || ts.isVariableDeclaration(node) || ts.isDeclarationStatement(node);

/** Names that a source file declares; members also as `Class.member`. */
function namesIn(path: string): ReadonlySet<string> {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    const name = isNamed(node) ? node.name?.getText(source) : undefined;
    if (name !== undefined) {
      names.add(name);
      const owner = ts.isClassDeclaration(node.parent) ? node.parent.name?.text : undefined;
      if (owner !== undefined) names.add(`${owner}.${name}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}

/** Links of a text whose file is not there, or does not declare what the link says. */
function staleLinks(text: string): readonly string[] {
  return [...text.matchAll(/\[`?([^\]`]+)`?\]\(([^)#]+)\)/g)].flatMap(([whole, symbol = '', target = '']) => {
    const path = join('docs', target);
    if (!existsSync(path)) return [whole];
    return !whole.startsWith('[`') || namesIn(path).has(symbol) ? [] : [whole];
  });
}

describe('the fifteen questions of the appendix', () => {
  it('are all answered, each with a place in the code', () => {
    expect(rows.map(([number]) => Number(number))).toEqual(
      Array.from({ length: 15 }, (_, index) => index + 1),
    );
    expect(rows.filter(([, , answer = '']) => !answer.includes('](../'))).toEqual([]);
  });

  it('name symbols that their files declare, and tests that exist', () => {
    expect(staleLinks(appendix)).toEqual([]);
    expect(missingTests(appendix)).toEqual([]);
  });

  it('keeps to the sizes that it promises', () => {
    const lines = globSync('src/**/*.ts')
      .map((path) => readFileSync(path, 'utf8').split('\n').length - 1)
      .sort((a, b) => a - b);
    const sizes = [0.5, 0.9, 1].map((part) => lines[Math.ceil(lines.length * part) - 1] ?? Infinity);

    expect(sizes.map((size, index) => size <= ([80, 200, 400][index] ?? 0))).toEqual([true, true, true]);
    expect(appendix).toContain('at most 80 lines, nine of ten at most 200, none more than 400');
  });

  it('would not pass with a name that has gone', () => {
    expect(staleLinks('[`CallRecorder.gone`](../src/modules/pipeline/call-recorder.ts)')).toHaveLength(1);
    expect(staleLinks('[`CallRecorder.record`](../src/modules/pipeline/call-recorder.ts)')).toEqual([]);
  });
});
