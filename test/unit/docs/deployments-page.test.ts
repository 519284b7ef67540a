import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { anchorOf, sectionsOf } from './markdown.js';
import { missingTests, testReferences } from './test-references.js';

const page = readFileSync('docs/operations/deployments.md', 'utf8');

const sections = sectionsOf(page);

const cells = ['Image', 'Compose', 'Helm'].flatMap((way) =>
  ['first start', 'change', 'upgrade', 'rollback', 'stop'].map((step) => `${way}: ${step}`),
);

describe('the matrix of deployments', () => {
  it.each(cells)('has "%s", with its commands and its test', (title) => {
    const text = sections.find((section) => section.title === title)?.text ?? '';

    expect(text).toMatch(/^ {4}\S/m);
    expect(testReferences(text).length).toBeGreaterThan(0);
  });

  it('names tests that exist', () => {
    expect(missingTests(page)).toEqual([]);
  });

  it('leads to each cell', () => {
    const links = [...page.matchAll(/\]\(#([\w-]+)\)/g)].map(([, name]) => name);

    expect(links).toEqual(expect.arrayContaining(cells.map(anchorOf)));
  });
});
