import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { documentOf, linesOf } from './deploy-files.js';

const due = z.strictObject({
  seed: z.string(),
  says: z.string(),
  /** Why ours differs from what the seed prints. */
  because: z.string().optional(),
  file: z.string(),
  /** Of several documents the one of this kind and name. */
  object: z.string().optional(),
  /** Part of the document; a text that begins with `~` is a pattern. */
  has: z.record(z.string(), z.unknown()).optional(),
  /** Keys that the document does not have, as paths. */
  hasNot: z.array(z.string()).optional(),
  lines: z.array(z.string()).optional(),
  /** Patterns that no line matches. */
  without: z.array(z.string()).optional(),
});

const later = z.strictObject({
  seed: z.string(),
  says: z.string(),
  files: z.array(z.string()).optional(),
});

const rows = z
  .strictObject({ due: z.array(due), later: z.array(later) })
  .parse(parse(readFileSync('test/integration/deploy/seed-rows.yml', 'utf8')));

type Due = z.infer<typeof due>;

/** Every member of an object is there, and every item of a list, in whatever order and company. */
function partly(wanted: unknown): unknown {
  if (Array.isArray(wanted)) return expect.arrayContaining(wanted.map(partly));
  if (typeof wanted === 'string' && wanted.startsWith('~')) {
    return expect.stringMatching(new RegExp(wanted.slice(1)));
  }
  if (typeof wanted !== 'object' || wanted === null) return wanted;
  return expect.objectContaining(
    Object.fromEntries(Object.entries(wanted).map(([key, value]) => [key, partly(value)])),
  );
}

function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((from, key) => (from instanceof Object ? Reflect.get(from, key) : undefined), value);
}

const nameOf = ({ seed, says, because, file }: Due): string =>
  `seed ${seed}: ${says} (${file})${because === undefined ? '' : `: ${because}`}`;

describe('the deployment files that the seeds print', () => {
  it.each(rows.due.map((row) => [nameOf(row), row] as const))('%s', (_name, row) => {
    const { file, object, has, hasNot = [], lines = [], without = [] } = row;
    expect(existsSync(file)).toBe(true);

    if (has !== undefined) expect(documentOf(file, object)).toEqual(partly(has));
    for (const path of hasNot) expect(at(documentOf(file, object), path)).toBeUndefined();
    if (lines.length > 0) {
      expect(linesOf(file)).toEqual(expect.arrayContaining(lines.map((line) => partly(line))));
    }
    for (const pattern of without) {
      expect(linesOf(file).filter((line) => new RegExp(pattern).test(line))).toEqual([]);
    }
  });

  it('are asserted, each in something', () => {
    const silent = rows.due.filter(({ has, hasNot, lines, without }) =>
      [has, hasNot, lines, without].every((part) => part === undefined),
    );

    expect(silent).toEqual([]);
    expect(rows.due.length).toBeGreaterThan(60);
  });

  it.each(rows.later.flatMap(({ seed, says, files }) => (files ? [[seed, says, files] as const] : [])))(
    'seed %s: %s is not due yet; when it is made, its row moves to those that are',
    (_seed, _says, files) => {
      expect(files.filter((file) => existsSync(file))).toEqual([]);
    },
  );
});
