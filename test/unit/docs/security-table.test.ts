import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cellsOf } from './markdown.js';
import { missingTests, testReferences } from './test-references.js';

const page = readFileSync('docs/security.md', 'utf8');

/** Rows of the tables that say how a requirement is met. */
const rows = page.split('\n').flatMap((line) => {
  const cells = cellsOf(line);
  const isRequirement = cells.length === 4 && cells[3] !== 'Test' && !/^:?-+$/.test(cells[3] ?? '');
  return isRequirement ? [cells] : [];
});

describe('the tables of docs/security.md', () => {
  it('have the requirements', () => {
    expect(rows.length).toBeGreaterThan(80);
  });

  it('name a test for each, or say why there is none', () => {
    const silent = rows.filter(([, , , tests = '']) => !/`(?:test|e2e)\/|^–/.test(tests));

    expect(silent).toEqual([]);
  });

  it('name tests that exist', () => {
    expect(missingTests(page)).toEqual([]);
  });

  it('name no test in another way', () => {
    const cells = rows.map(([, , , tests = '']) => tests).join('\n');

    expect(cells.match(/`[^`]*`/g)).toEqual(testReferences(cells));
  });
});
