import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { missingTests, testReferences } from './test-references.js';

const page = readFileSync('docs/operations/deployments.md', 'utf8');

interface Section {
  readonly title: string;
  readonly text: string;
}

const sections: readonly Section[] = page
  .split(/^#{2,3} /m)
  .slice(1)
  .map((part) => ({ title: part.slice(0, part.indexOf('\n')), text: part.slice(part.indexOf('\n')) }));

const cells = ['Image', 'Compose', 'Helm'].flatMap((way) =>
  ['first start', 'change', 'upgrade', 'rollback', 'stop'].map((step) => `${way}: ${step}`),
);

/** What GitHub makes of a heading. */
const anchor = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replaceAll(' ', '-');

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
    const anchors = sections.map(({ title }) => anchor(title));

    expect(links.filter((name) => !anchors.includes(name ?? ''))).toEqual([]);
    expect(links).toEqual(expect.arrayContaining(cells.map(anchor)));
  });
});
