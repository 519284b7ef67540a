import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anEndpoint } from '../../builders/an-endpoint.js';
import { aRule, policiesOf } from '../../builders/policies.js';
import { aParameter } from '../../builders/a-type-node.js';
import { queryTool, SqlProject } from '../../builders/a-sql-project.js';

let project: SqlProject;
beforeEach(async () => {
  project = await SqlProject.open();
  await project.query('CREATE TABLE t (a INTEGER)');
});
afterEach(() => project.close());

const a = aParameter('a', 'integer');
const b = aParameter('b', 'integer');

describe('checking SQL', () => {
  it('accepts what prepares with exactly its parameters, in any case', async () => {
    expect(await project.check('SELECT a FROM t WHERE a = $A', [a])).toEqual([]);
  });

  it('reports what DuckDB says', async () => {
    const [problem] = await project.check('SELECT * FROM nowhere');

    expect(problem?.split('\n')[0]).toBe(
      'error Source code syntax validation failed: Catalog Error: Table with name nowhere does not exist!',
    );
    expect((await project.check('SELEC 1'))[0]).toContain(
      'Source code syntax validation failed: Parser Error: ',
    );
  });

  it.each([
    ['SELECT $a + $b', [a], "missing={'b'}, extra=set()"],
    ['SELECT $a', [a, b], "missing=set(), extra={'b'}"],
    ['SELECT $y, $x', [a], "missing={'x', 'y'}, extra={'a'}"],
    ['SELECT ?', [], "missing={'1'}, extra=set()"],
  ])('compares names of %s', async (code, parameters, text) => {
    expect(await project.check(code, parameters)).toEqual([`error Parameter mismatch: ${text}`]);
  });

  it('takes the names of all statements together', async () => {
    expect(await project.check('INSERT INTO t VALUES ($a); SELECT a FROM t WHERE a > $b', [a, b])).toEqual(
      [],
    );
  });

  it.each(['', '  ', '-- nothing'])('finds nothing to run in %j', async (code) => {
    expect(await project.check(code)).toEqual(['error No SQL query found']);
  });

  it.each([
    'CREATE TABLE n (i INTEGER)',
    'SET threads = 1',
    'PRAGMA version',
    "ATTACH ':memory:' AS m",
    'EXPLAIN SELECT 1',
  ])('accepts %s', async (code) => {
    expect(await project.check(code)).toEqual([]);
  });

  it('only parses a statement that needs what an earlier one creates, and still knows its names', async () => {
    expect(await project.check('CREATE TABLE n (i INTEGER); SELECT i FROM n WHERE i = $a', [a])).toEqual([]);
    expect(await project.check('CREATE TABLE n (i INTEGER); SELECT $b FROM n', [a])).toEqual([
      "error Parameter mismatch: missing={'b'}, extra={'a'}",
    ]);
  });

  it.each([
    'CREATE TABLE n (i INTEGER); SELECT i FROM m WHERE i = $a',
    'CREATE TABLE n AS SELECT 1 AS i; SELECT i FROM m WHERE i = $a',
    'CREATE SCHEMA s; CREATE TABLE s.n AS FROM t; SELECT a FROM m WHERE a = $a',
  ])('warns where an earlier statement may have created what is missing: %s', async (code) => {
    const findings = await project.check(code, [a]);

    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatch(/^warning Statement \d was only parsed, .*: Catalog Error: .* m does/);
  });

  it('executes nothing', async () => {
    await project.check('SELECT 1; INSERT INTO t VALUES (1); DROP TABLE t; CREATE TABLE x (i INTEGER)');

    expect(await project.query('SELECT count(*) AS n FROM t')).toEqual([{ n: 0 }]);
    await expect(project.query('FROM x')).rejects.toThrow('does not exist');
  });

  it('says why a file could not be read, before and during a call', async () => {
    const failure = 'Error resolving source code: no such file';
    const endpoint = anEndpoint({ source: { kind: 'file', path: '/project/x.sql', code: null, failure } });

    expect(await project.executors.check(endpoint)).toMatchObject([
      { file: 'tools/echo.yml', message: failure },
    ]);
    await expect(project.rows(endpoint)).rejects.toThrow(failure);
  });

  describe('of an endpoint whose policies hide fields', () => {
    const hiding = { policies: policiesOf({ output: [aRule({ action: 'filter_fields', fields: ['a'] })] }) };
    const denying = { policies: policiesOf({ output: [aRule()] }) };
    const twice = 'SELECT x.a, y.A FROM t x, t y WHERE x.a = $b';

    it('warns of a second column of the same name, which the rules do not reach', async () => {
      expect(await project.check(twice, [b], hiding)).toEqual([
        "warning The result has two columns of one name and calls the second 'a_1', which policies on the first do not hide; name it with AS or leave it out",
      ]);
    });

    it('is quiet where each column has its own name, in the last statement', async () => {
      expect(await project.check(`${twice}; SELECT a, a AS c FROM t`, [b], hiding)).toEqual([]);
    });

    it('is quiet where rules only deny', async () => {
      expect(await project.check(twice, [b], denying)).toEqual([]);
    });
  });

  it('has nothing to say about SQL that callers will write', async () => {
    expect(await project.executors.check(queryTool)).toEqual([]);
  });
});
