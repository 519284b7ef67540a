import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { anchorOf, sectionsOf } from './markdown.js';

const pages = ['README.md', ...globSync('docs/**/*.md')].sort();
const operating = pages.filter((page) =>
  /guides\/(container|compose|kubernetes|reverse-proxy)\.md|deployments\.md|development\.md/.test(page),
);

const read = (page: string): string => readFileSync(page, 'utf8');

/** What a pattern's first group finds in a page, each once. */
const found = (page: string, pattern: RegExp): readonly string[] => [
  ...new Set([...read(page).matchAll(pattern)].map(([, name = '']) => name)),
];

const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync('package.json', 'utf8')));

/** A key that the chart's values have, or that lies in one which takes any key. */
function isValue(path: string): boolean {
  let at: unknown = parse(readFileSync('helm/mxcp/values.yaml', 'utf8'));
  for (const key of path.replace(/\[\d+\]/g, '').split('.')) {
    if (typeof at !== 'object' || at === null) return false;
    if (Array.isArray(at) || Object.keys(at).length === 0) return true;
    if (!Object.hasOwn(at, key)) return false;
    at = Reflect.get(at, key);
  }
  return true;
}

describe('what the documents name', () => {
  it('are pages, those of operating among them', () => {
    expect(operating).toHaveLength(6);
  });

  it.each(pages)('leads, in %s, to pages, headings and files that exist', (page) => {
    const links = found(page, /\]\((?!https?:|mailto:)([^)\s]+)\)/g);
    const broken = links.filter((link) => {
      const [path = '', anchor] = link.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      if (!existsSync(file)) return true;
      return anchor !== undefined && !sectionsOf(read(file)).some(({ title }) => anchorOf(title) === anchor);
    });

    expect(broken).toEqual([]);
  });

  it.each(operating)('are, in %s, files of this repository', (page) => {
    const files = found(
      page,
      /(?<![\w/.$-])((?:deploy|helm|config\/examples|scripts|e2e|test|bench|docs)\/[\w./-]*\w)/g,
    );

    expect(files.filter((file) => !existsSync(file))).toEqual([]);
  });

  it.each(operating)('are, in %s, values of the chart', (page) => {
    const keys = found(page, /--set(?:-string|-file|-json)?[ =]'?([^\s']+)/g)
      .flatMap((list) => list.split(/,(?=[\w.]+=)/))
      .map((pair) => pair.split('=')[0] ?? '');

    expect(keys.filter((key) => !isValue(key))).toEqual([]);
  });

  it('are, in the guide to Kubernetes, values that the chart takes', () => {
    const takes = new Ajv({ strict: false }).compile(
      JSON.parse(readFileSync('helm/mxcp/values.schema.json', 'utf8')) as object,
    );
    const examples = found('docs/guides/kubernetes.md', /^```yaml\n([^]*?)^```/gm)
      .map((text) => parse(text) as unknown)
      .filter((values) => !(values instanceof Object && 'transport' in values)); // the server's own file

    expect(examples.length).toBeGreaterThan(2);
    expect(examples.filter((values) => !takes(values))).toEqual([]);
  });

  it.each(operating)('are, in %s, scripts of package.json', (page) => {
    const names = found(page, /npm run ([\w:]+)/g);

    expect(names.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  it.each(operating)('are, in %s, commands that there are', (page) => {
    const commands = found('docs/reference/cli.md', /^## `?mxcp (\w+)/gm);
    const named = found(page, /(?:^ {4}|`|exec (?:-\w+ )*\S+ |run --rm \S+ |-- )mxcp ([a-z]+)/gm);

    expect(commands.length).toBeGreaterThan(5);
    expect(named.filter((name) => !commands.includes(name))).toEqual([]);
  });
});
