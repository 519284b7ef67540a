import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDefinition } from '../../../src/modules/endpoints/definition/definition-reader.js';
import { SourceFiles, type LocatedSource } from '../../../src/modules/endpoints/source-files.js';

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sources-'));
  await mkdir(join(root, 'sql'));
  await mkdir(join(root, 'tools', 'deep'), { recursive: true });
  await writeFile(join(root, 'sql', 'a.sql'), 'SELECT 1');
  await writeFile(join(root, 'sql', 'bom.sql'), '\ufeffSELECT 2');
  await writeFile(join(root, 'sql', 'blank.sql'), ' \n');
  await writeFile(join(root, 'sql', 'latin1.sql'), Buffer.from("SELECT 'caf\xe9'", 'latin1'));
  for (const name of ['x.py', 'x.ts', 'x.mts', 'x.js', 'x.mjs']) await writeFile(join(root, name), '');
});

afterAll(() => rm(root, { recursive: true }));

/** Where the code of a tool comes from whose file is `tools/deep/t.yml`. */
function locate(body: string, files = new SourceFiles(root)): Promise<LocatedSource> {
  const { definition } = readDefinition(Buffer.from(`tool: {name: t, ${body}}`), 'tools/deep/t.yml');
  if (definition === null) throw new TypeError(body);
  return files.locate(definition);
}

describe('SourceFiles', () => {
  it('reads SQL files next to the definition, or from the root after a leading slash', async () => {
    const expected = {
      language: 'sql',
      source: { kind: 'file', path: join(root, 'sql/a.sql'), code: 'SELECT 1' },
      problem: null,
    };
    expect(await locate('source: {file: ../../sql/a.sql}')).toEqual(expected);
    expect(await locate('source: {file: /sql/a.sql}')).toEqual(expected);
  });

  it('drops a byte order mark', async () => {
    expect(await locate('source: {file: /sql/bom.sql}')).toMatchObject({ source: { code: 'SELECT 2' } });
  });

  it('reads a shared file once', async () => {
    const files = new SourceFiles(root);
    await writeFile(join(root, 'sql', 'shared.sql'), 'SELECT 1');
    await locate('source: {file: /sql/shared.sql}', files);
    await writeFile(join(root, 'sql', 'shared.sql'), 'SELECT 2');
    expect(await locate('source: {file: /sql/shared.sql}', files)).toMatchObject({
      source: { code: 'SELECT 1' },
    });
  });

  it('says why a SQL file cannot be read, with its path below the root', async () => {
    const missing = "Error resolving source code: [Errno 2] No such file or directory: 'sql/none.sql'";
    expect(await locate('source: {file: ../../sql/none.sql}')).toEqual({
      language: 'sql',
      source: { kind: 'file', path: join(root, 'sql/none.sql'), code: null, failure: missing },
      problem: missing,
    });
    expect(await locate('source: {file: /sql}')).toMatchObject({
      problem: "Error resolving source code: [Errno 21] Is a directory: 'sql'",
    });
  });

  it('refuses SQL that is not UTF-8', async () => {
    expect(await locate('source: {file: /sql/latin1.sql}')).toMatchObject({
      source: { code: null },
      problem: 'Error resolving source code: sql/latin1.sql is not UTF-8 text; save it as UTF-8',
    });
  });

  it('finds no query in blank text', async () => {
    expect(await locate('source: {file: /sql/blank.sql}')).toMatchObject({ problem: 'No SQL query found' });
    expect(await locate("source: {code: ' '}")).toMatchObject({ problem: 'No SQL query found' });
  });

  it.each([
    ['source: {code: x}', 'sql'],
    ['source: {code: x, language: python}', 'python'],
    ['language: sql, source: {file: /x.py, language: python}', 'sql'],
    ['source: {file: /x.py}', 'python'],
    ['source: {file: /x.py, language: typescript}', 'typescript'],
    ['source: {file: /x.py, language: snake}', 'python'],
    ['source: {file: /x.ts}', 'typescript'],
    ['source: {file: /x.mts}', 'typescript'],
    ['source: {file: /x.js}', 'typescript'],
    ['source: {file: /x.mjs}', 'typescript'],
    ['source: {file: /sql/a.sql}', 'sql'],
    ['source: {file: /sql/none.txt}', 'sql'],
  ])('takes the language of {%s} to be %s', async (body, language) => {
    expect((await locate(body)).language).toBe(language);
  });

  it('only looks whether Python and TypeScript files are there', async () => {
    expect(await locate('language: python, source: {file: /x.py}')).toEqual({
      language: 'python',
      source: { kind: 'file', path: join(root, 'x.py'), code: null },
      problem: null,
    });
    expect(await locate('language: python, source: {file: ../none.py}')).toMatchObject({
      problem: 'Python source file not found: tools/none.py',
    });
    expect(await locate('source: {file: ../none.ts}')).toMatchObject({
      problem: 'TypeScript source file not found: tools/none.ts',
    });
  });

  it('takes inline Python', async () => {
    expect(await locate('language: python, source: {code: "def t(): return 1"}')).toEqual({
      language: 'python',
      source: { kind: 'inline', code: 'def t(): return 1' },
      problem: null,
    });
  });
});
