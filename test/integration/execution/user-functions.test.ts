import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anonymous, type Principal } from '../../../src/common/domain/principal.js';
import { Secret } from '../../../src/common/domain/secret.js';
import { anSqlEndpoint, SqlProject } from '../../builders/a-sql-project.js';
import { aParameter } from '../../builders/a-type-node.js';

let project: SqlProject;
beforeEach(async () => {
  project = await SqlProject.open({
    database: { pool: { size: 1, maxOverflow: 0, acquireTimeoutMs: 1000, maxAgeS: 3600, prePing: true } },
  });
});
afterEach(() => project.close());

const ann: Principal = {
  ...anonymous,
  provider: 'github',
  userId: '1',
  username: 'ann',
  email: '',
  externalToken: new Secret('tok'),
};
const bob: Principal = { ...ann, username: 'bob', userId: '2' };

describe('the SQL functions about the caller', () => {
  const all = `SELECT get_username() AS u, get_user_email() AS e, get_user_provider() AS p,
    get_user_external_token() AS t, get_request_header('X-Team') AS h, get_request_headers_json() AS j`;

  it('answer for an authenticated caller; empty fields are NULL', async () => {
    expect(await project.run(all, { principal: ann, headers: { 'x-team': 'blue', b: '2' } })).toEqual([
      { u: 'ann', e: null, p: 'github', t: 'tok', h: 'blue', j: '{"x-team":"blue","b":"2"}' },
    ]);
  });

  it.each([
    'SELECT $i AS i, get_username() AS u',
    'SELECT get_username() AS u, $i AS i',
    'WITH given AS (SELECT $i AS i) SELECT i, get_username() AS u FROM given',
    "SELECT $i AS i, CASE WHEN '$i' = '' THEN NULL ELSE get_username() END AS u -- $i",
  ])('answer beside an argument whose type is known only from its value: %s', async (sql) => {
    const endpoint = anSqlEndpoint(sql, [aParameter('i', 'integer')]);

    for (const principal of [ann, bob, ann]) {
      expect(await project.rows(endpoint, { i: 1 }, { principal })).toEqual([
        { i: 1, u: principal.username },
      ]);
    }
  });

  it('are all NULL for an anonymous caller without headers', async () => {
    expect(await project.run(all)).toEqual([{ u: null, e: null, p: null, t: null, h: null, j: null }]);
  });

  it('answer per request on one connection, also through views and macros', async () => {
    await project.query('CREATE VIEW me AS SELECT get_username() AS u');
    await project.query('CREATE MACRO whoami() AS get_username()');
    const direct = anSqlEndpoint('SELECT get_username() AS u');
    const view = anSqlEndpoint('SELECT u FROM me');
    const macro = anSqlEndpoint('SELECT whoami() AS u');
    const variable = anSqlEndpoint("SELECT getvariable('mxcp_caller').username AS u");

    for (const endpoint of [direct, view, macro, variable]) {
      for (const principal of [ann, bob, anonymous, ann]) {
        expect(await project.rows(endpoint, {}, { principal })).toEqual([{ u: principal.username }]);
      }
    }
  });

  it('answer beside an untyped argument that stands behind nested comments', async () => {
    const code = `/* a /* b */ it's */ SELECT $i AS i, get_username() AS u`;
    const endpoint = anSqlEndpoint(code, [aParameter('i', 'integer')]);

    for (const principal of [ann, bob]) {
      expect(await project.rows(endpoint, { i: 1 }, { principal })).toEqual([
        { i: 1, u: principal.username },
      ]);
    }
  });

  it('answer when a view comes to use them later', async () => {
    const endpoint = anSqlEndpoint('SELECT * FROM v');
    await project.query("CREATE VIEW v AS SELECT 'fixed' AS u");
    expect(await project.rows(endpoint, {}, { principal: ann })).toEqual([{ u: 'fixed' }]);
    expect(await project.rows(endpoint, {}, { principal: ann })).toEqual([{ u: 'fixed' }]);

    await project.query('CREATE OR REPLACE VIEW v AS SELECT get_username() AS u');

    expect(await project.rows(endpoint, {}, { principal: ann })).toEqual([{ u: 'ann' }]);
    expect(await project.rows(endpoint, {}, { principal: bob })).toEqual([{ u: 'bob' }]);
  });

  it('look headers up in any case, by column values on many rows too', async () => {
    const rows = await project.run(
      `SELECT count(*) AS n FROM (SELECT CASE WHEN i % 2 = 0 THEN 'X-A' ELSE 'none' END AS k FROM range(200000) r(i))
       WHERE get_request_header(k) = 'yes'`,
      { headers: { 'x-a': 'yes' } },
    );

    expect(rows).toEqual([{ n: 100000 }]);
    expect(await project.run('SELECT get_request_header(NULL) AS h', { headers: { a: '1' } })).toEqual([
      { h: null },
    ]);
  });

  it('answer SQL that the caller wrote alike', async () => {
    expect(
      await project.query(
        'SELECT get_username() AS u, get_request_header($h) AS h',
        { h: 'a' },
        {
          principal: ann,
          headers: { a: '1' },
          origin: 'http',
        },
      ),
    ).toEqual([{ u: 'ann', h: '1' }]);
  });

  it('work on a read-only database', async () => {
    await project.close(true);
    const readonly = await SqlProject.open({ folder: project.folder, database: { readonly: true } });

    expect(await readonly.run('SELECT get_username() AS u', { principal: ann })).toEqual([{ u: 'ann' }]);

    await readonly.close(true);
    project = await SqlProject.open({ folder: project.folder });
  });
});
