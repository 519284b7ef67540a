import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cellsOf } from './markdown.js';

const lock = z
  .object({
    packages: z.record(
      z.string(),
      z.object({ version: z.string().optional(), dev: z.boolean().default(false) }),
    ),
  })
  .parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));

/** Every version of a package that is shipped. */
function locked(name: string): readonly string[] {
  return Object.entries(lock.packages).flatMap(([path, { version, dev }]) =>
    path.endsWith(`node_modules/${name}`) && version !== undefined && !dev ? [version] : [],
  );
}

interface Row {
  readonly name: string;
  readonly fixed: string;
  readonly seen: string;
}

const rows: readonly Row[] = readFileSync('docs/adr/0023-advisories.md', 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [name, , , fixed, seen] = cellsOf(line);
    const [, title] = /^`(.+)`$/.exec(name ?? '') ?? [];
    return title === undefined || fixed === undefined || seen === undefined
      ? []
      : [{ name: title, fixed, seen }];
  });

/** Major, minor and patch; what follows them orders nothing here. */
const numbers = (version: string): readonly number[] => version.split('-')[0]?.split('.').map(Number) ?? [];

function isAtLeast(version: string, least: string): boolean {
  const wanted = numbers(least);
  const at = numbers(version).findIndex((part, index) => part !== wanted[index]);
  return at === -1 || (numbers(version)[at] ?? 0) > (wanted[at] ?? 0);
}

describe('the table of advisories', () => {
  it('has the packages', () => {
    expect(rows.length).toBeGreaterThan(15);
  });

  it.each(rows)(
    'says of $name what is locked, and that it has the fix of $fixed',
    ({ name, fixed, seen }) => {
      expect(locked(name)).toContain(seen);
      expect(isAtLeast(seen, fixed)).toBe(true);
    },
  );

  it.each([...new Set(rows.map(({ name }) => name))])('forgets no locked version of %s', (name) => {
    const seen = rows.filter((row) => row.name === name).map((row) => row.seen);

    expect(locked(name).filter((version) => !seen.includes(version))).toEqual([]);
  });
});
