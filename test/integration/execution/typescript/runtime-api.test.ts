import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../../src/common/domain/audit-record.js';
import { CallerChannel } from '../../../../src/common/domain/caller-channel.js';
import type { JsonValue } from '../../../../src/common/domain/json.js';
import { principalFromContext } from '../../../../src/common/domain/principal.js';
import type { Question } from '../../../../src/common/domain/question.js';
import { Secret } from '../../../../src/common/domain/secret.js';
import { inline, TypeScriptProject } from '../../../builders/a-typescript-project.js';
import { FakeDatabase } from '../../../fakes/fake-database.js';

/** Answers questions from a list of rounds, null included; keeps what it was told and asked, in order. */
class AnsweringChannel extends CallerChannel {
  readonly told: unknown[] = [];
  readonly asked: (readonly Question[])[] = [];

  constructor(private readonly rounds: (readonly JsonValue[] | null)[] = []) {
    super();
  }

  override progress(...told: readonly unknown[]): void {
    this.told.push(['progress', ...told]);
  }

  override log(...told: readonly unknown[]): void {
    this.told.push(['log', ...told]);
  }

  override ask(questions: readonly Question[]): Promise<readonly JsonValue[] | null> {
    this.asked.push(questions);
    return Promise.resolve(this.rounds.shift() ?? null);
  }
}

/** Of the tests that need nothing special. */
const project = TypeScriptProject.shared();

const api = (names: string): string => `import { ${names} } from 'mxcp-server/runtime';\n`;

describe('db of mxcp-server/runtime', () => {
  it('runs statements of one call in one session and gives the rows as plain objects', async () => {
    const database = new FakeDatabase({
      one: [[{ a: 1 }]],
      two: [[{ b: 1n << 70n }], [{ b: 2 }], [{ b: 3 }]],
    });
    const project = await TypeScriptProject.open({ database });
    const code = `${api('db')}export const f = async () => [await db.execute('one'), await db.execute('two')];`;

    expect(await project.value(code)).toEqual([[{ a: 1 }], [{ b: 1n << 70n }, { b: 2 }, { b: 3 }]]);
    expect(database.statements.map(({ session }) => session)).toEqual([1, 1]);
    expect(database.openCount).toBe(0);
  });

  it('opens no session for a call that has no SQL', async () => {
    const database = new FakeDatabase();
    const project = await TypeScriptProject.open({ database });

    await project.value('export const f = () => 1;');
    await project.run(inline(`${api('db')}export const f = () => db.stream('x');`)).catch(() => undefined);

    expect(database.statements).toMatchObject([{ sql: 'x' }]);
    expect(database.openCount).toBe(0);
  });

  it('binds parameters by name and by position', async () => {
    const database = new FakeDatabase({ q: [] });
    const project = await TypeScriptProject.open({ database });
    const code = `${api('db')}export const f = async () => {
      await db.execute('q', { n: 1, big: 2n ** 80n, none: undefined, on: new Date(0), raw: Buffer.from([1]), nan: NaN, list: ['a'], box: { x: true } });
      await db.execute('q', ['a', 1.5, null]);
    };`;

    await project.value(code);

    expect(database.statements.map(({ values }) => values)).toEqual([
      {
        n: 1,
        big: 2n ** 80n,
        none: null,
        on: { sql: 'timestamptz', text: '1970-01-01T00:00:00.000Z' },
        raw: { sql: 'blob', bytes: new Uint8Array([1]) },
        nan: { sql: 'double', value: NaN },
        list: { sql: 'list', items: ['a'] },
        box: { sql: 'struct', entries: [['x', true]] },
      },
      ['a', 1.5, null],
    ]);
  });

  it('refuses parameters that SQL has no type for', async () => {
    const run = (value: string) =>
      project.value(`${api('db')}export const f = () => db.execute('q', { bad: ${value} });`);

    await expect(run('() => 1')).rejects.toThrow("SQL has no type for a function (parameter 'bad')");
    await expect(run("new Date('x')")).rejects.toThrow("An invalid Date cannot go to SQL (parameter 'bad')");
  });

  it('throws DuckDB’s message, and the call fails with it unless the code knows better', async () => {
    const caught = `${api('db, ServerError')}export const f = async () => {
      try { await db.execute('nope') } catch (error) { return [error instanceof ServerError, error.code, error.message] }
    };`;

    await expect(
      project.value(`${api('db')}export const f = () => db.execute('nope');`),
    ).rejects.toMatchObject({
      code: 'EXECUTION_FAILED',
      message: 'Catalog Error: nobody knows nope',
    });
    expect(await project.value(caught)).toEqual([
      true,
      'EXECUTION_FAILED',
      'Catalog Error: nobody knows nope',
    ]);
  });

  it('streams rows in a session of its own, which leaving early closes', async () => {
    const database = new FakeDatabase({ one: [[]], many: [[{ n: 1 }, { n: 2 }], [{ n: 3 }], [{ n: 4 }]] });
    const project = await TypeScriptProject.open({ database });
    const code = `${api('db')}export const f = async ({ until }) => {
      const seen = [];
      for await (const { n } of db.stream('many')) { seen.push(n); await db.execute('one'); if (n === until) break; }
      return seen;
    };`;

    expect(await project.value(code, { until: 9 })).toEqual([1, 2, 3, 4]);
    expect(await project.value(code, { until: 2 })).toEqual([1, 2]);
    expect(database.openCount).toBe(0);
  });

  it('commits a transaction that succeeds, and leaves one that fails to be rolled back', async () => {
    const database = new FakeDatabase({ put: [] });
    const project = await TypeScriptProject.open({ database });
    const code = (end: string) =>
      `${api('db')}export const f = () => db.transaction(async (tx) => { await tx.execute('put'); ${end} });`;

    expect(await project.value(code("return 'done'"))).toBe('done');
    expect(database.statements.map(({ sql }) => sql)).toEqual(['BEGIN TRANSACTION', 'put', 'COMMIT']);
    await expect(project.value(code("throw new Error('no')"))).rejects.toThrow('no');
    expect(database.statements.map(({ sql }) => sql).slice(3)).toEqual(['BEGIN TRANSACTION', 'put']);
    expect(database.openCount).toBe(0);
  });
});

describe('config of mxcp-server/runtime', () => {
  it('knows secrets by name, settings of the site file and their defaults', async () => {
    const project = await TypeScriptProject.open({
      userCode: {
        secrets: new Secret({ mail: { token: 't' }, empty: {} }),
        documents: new Secret({
          site: { project: 'demo', extensions: { http: { retries: 3 } }, 'a.b': 1 },
          user: {},
        }),
        siteDefaults: { paths: { tools: 'tools' } },
      },
    });
    const code = `${api('config')}export const f = async () => [
      await config.getSecret('mail'), await config.getSecret('empty'), await config.getSecret('toString'),
      await config.getSetting('project'), await config.getSetting('extensions.http.retries'), await config.getSetting('a.b'),
      await config.getSetting('paths.tools'), await config.getSetting('nope'), await config.getSetting('nope.x', 7)];`;

    expect(await project.value(code)).toEqual([{ token: 't' }, {}, null, 'demo', 3, 1, 'tools', null, 7]);
  });
});

describe('the caller in mxcp-server/runtime', () => {
  it('is told progress and log messages before the answer', async () => {
    const channel = new AnsweringChannel();
    const code = `${api('progress, log')}export const f = async () => {
      await progress(1); await progress(2, 4, 'half');
      await log.debug('a'); await log.info('b', { rows: 3n }); await log.warning('c', { logger: 'net' }); await log.error('d');
    };`;

    expect(await project.value(code, {}, { channel })).toBe(null);
    expect(channel.told).toEqual([
      ['progress', 1, undefined, undefined],
      ['progress', 2, 4, 'half'],
      ['log', 'debug', 'a', undefined],
      ['log', 'info', { message: 'b', rows: 3 }, undefined],
      ['log', 'warning', 'c', 'net'],
      ['log', 'error', 'd', undefined],
    ]);
  });

  it('is asked together what is asked in one turn', async () => {
    const channel = new AnsweringChannel([
      [{ action: 'accept', content: { size: 'M' } }, { action: 'decline' }],
      [{ role: 'assistant' }, { roots: [] }],
    ]);
    const code = `${api('elicit, elicitUrl, sample, roots')}export const f = async () => {
      const first = await Promise.all([elicit('Size?', { type: 'object' }), elicitUrl('Sign in', 'https://a.example')]);
      return [first, await Promise.all([sample({ maxTokens: 5 }), roots()])];
    };`;

    expect(await project.value(code, {}, { channel })).toEqual([
      [{ action: 'accept', content: { size: 'M' } }, { action: 'decline' }],
      [{ role: 'assistant' }, { roots: [] }],
    ]);
    expect(channel.asked).toEqual([
      [
        { kind: 'form', message: 'Size?', schema: { type: 'object' } },
        { kind: 'url', message: 'Sign in', url: 'https://a.example' },
      ],
      [{ kind: 'sample', params: { maxTokens: 5 } }, { kind: 'roots' }],
    ]);
  });

  it.each([
    ['stops there', "return await elicit('Sure?', {});"],
    ['catches everything', "try { await elicit('Sure?', {}) } catch { return 'caught' }"],
    ['asks and asks again', "try { await elicit('Sure?', {}) } catch {} await elicit('Really?', {})"],
    ['throws something else', "try { await elicit('Sure?', {}) } finally { throw new Error('other') }"],
    [
      'never ends',
      "try { await elicit('Sure?', {}) } catch {} await new Promise(() => setInterval(() => {}, 1000))",
    ],
  ])('that answers by calling again ends the run, which %s', async (_what, body) => {
    const channel = new AnsweringChannel([null]);

    const output = await project.run(
      inline(`${api('elicit')}export const f = async () => { ${body} };`),
      {},
      { channel },
    );

    expect(output).toEqual({ kind: 'ask', questions: [{ kind: 'form', message: 'Sure?', schema: {} }] });
    expect(channel.asked).toHaveLength(1);
    expect(project.log.lines).toEqual([]);
  });

  it('who cannot be asked is an error of its own kind', async () => {
    const ask = "await elicit('Sure?', {})";

    await expect(project.value(`${api('elicit')}export const f = async () => ${ask};`)).rejects.toMatchObject(
      {
        code: 'CAPABILITY_MISSING',
      },
    );
    expect(
      await project.value(
        `${api('elicit')}export const f = async () => { try { ${ask} } catch (e) { return e.code } };`,
      ),
    ).toBe('CAPABILITY_MISSING');
  });

  it('is known by user and headers', async () => {
    const context = {
      user_id: 'mei',
      email: 'mei@people.example',
      capabilities: ['read'],
      external_token: 'gho',
    };
    const principal = principalFromContext(context, 'github', 'x');
    const code = `${api('user, headers')}export const f = async () => [await user(), await headers()];`;

    expect(await project.value(code, {}, { principal, headers: { 'x-team': 'a' } })).toEqual([
      {
        provider: 'github',
        userId: 'mei',
        username: 'x',
        email: 'mei@people.example',
        name: null,
        avatarUrl: null,
        rawProfile: { user_id: 'mei', email: 'mei@people.example', capabilities: ['read'] },
        capabilities: ['read'],
        externalToken: 'gho',
      },
      { 'x-team': 'a' },
    ]);
    expect(await project.value(code)).toEqual([null, {}]);
  });
});

describe('content of mxcp-server/runtime', () => {
  it('is content when one block or a list of nothing else is returned, else data', async () => {
    const run = (result: string) =>
      project.run(inline(`${api('text, image, audio, resource, link')}export const f = () => ${result};`));
    const block = { type: 'text', text: 'hi' };

    expect(await run("text('hi')")).toEqual({ kind: 'content', blocks: [block] });
    expect(
      await run(
        "[text('hi', { priority: 1 }), image(Buffer.from('a'), 'image/png'), audio('YQ==', 'audio/wav')]",
      ),
    ).toEqual({
      kind: 'content',
      blocks: [
        { ...block, annotations: { priority: 1 } },
        { type: 'image', data: 'YQ==', mimeType: 'image/png' },
        { type: 'audio', data: 'YQ==', mimeType: 'audio/wav' },
      ],
    });
    expect(
      await run(
        "[resource({ uri: 'a://b', text: 't' }), resource({ uri: 'a://c', mimeType: 'x/y', blob: Buffer.from('a') }), link({ uri: 'a://d', name: 'd', title: 'D' })]",
      ),
    ).toEqual({
      kind: 'content',
      blocks: [
        { type: 'resource', uri: 'a://b', mimeType: null, text: 't' },
        { type: 'resource', uri: 'a://c', mimeType: 'x/y', blob: 'YQ==' },
        { type: 'resource_link', uri: 'a://d', name: 'd', title: 'D', mimeType: null },
      ],
    });
    expect(await run("[text('hi'), 1]")).toEqual({ kind: 'value', value: [block, 1] });
    expect(await run("({ ...text('hi') })")).toEqual({ kind: 'value', value: block });
    expect(await run("({ type: 'text', text: 'hi' })")).toEqual({ kind: 'value', value: block });
    expect(await run('[]')).toEqual({ kind: 'value', value: [] });
  });
});

describe('mxcp-server/runtime', () => {
  it('adds events to the audit record of the call', async () => {
    const events: AuditEvent[] = [];
    const code = `${api('addExecutionEvent')}export const f = () => addExecutionEvent({
      startedAt: new Date(0), durationMs: 12.4, target: 'api.example', error: 'refused', details: { tries: 2 } });`;

    await project.value(code, {}, { events });

    expect(events).toEqual([
      {
        kind: 'external',
        started_at: '1970-01-01T00:00:00.000Z',
        duration_ms: 12,
        status: 'error',
        target: 'api.example',
        operation: null,
        summary: null,
        error: 'refused',
        details: { tries: 2 },
      },
    ]);
  });

  it('keeps apart calls that run at the same time', async () => {
    const code = `${api('headers')}import { setTimeout } from 'node:timers/promises';
      export const f = async () => { await setTimeout(5); return (await headers()).who; };`;

    const calls = Array.from({ length: 40 }, (_, n) =>
      project.value(code, {}, { headers: { who: `caller ${n}` } }),
    );

    expect(await Promise.all(calls)).toEqual(Array.from({ length: 40 }, (_, n) => `caller ${n}`));
  });

  it('says so where no call is running: in a module’s top level, and after the call', async () => {
    const early = `${api('user')}await user(); export const f = () => 1;`;
    const late = inline(`${api('user')}let last; export const f = async ({ ask }) => {
      if (ask) return last; last = new Promise((tell) => setTimeout(() => user().catch((e) => tell(e.message)), 20)); };`);

    await expect(project.value(early)).rejects.toThrow('No call is running here');
    await project.value(late, { ask: false });
    expect(await project.value(late, { ask: true })).toBe(
      'The call is over; what it started must be awaited',
    );
  });

  it('warns of what was not awaited, which is dropped without a word to the caller', async () => {
    const own = await TypeScriptProject.open({});
    const forgetful = inline(`${api('db, headers')}export const f = async () => {
      await headers(); db.execute('SELEC 1'); void db.execute('SELECT 2'); return 'ok'; };`);

    expect(await own.run(forgetful)).toEqual({ kind: 'value', value: 'ok' });

    await expect
      .poll(() => own.log.lines)
      .toMatchObject([
        {
          level: 'warning',
          logger: 'typescript',
          message:
            'The function returned before 2 calls of mxcp-server/runtime had ended: is an await missing?',
          fields: { endpoint: expect.stringMatching(/^tool inline/) },
        },
      ]);
  });

  it('can be used by CommonJS', async () => {
    const project = await TypeScriptProject.open({
      files: {
        'old.js': "const { headers } = require('mxcp-server/runtime'); module.exports.old = headers;",
      },
    });

    expect(await project.run(project.tool('old', 'old.js'))).toEqual({ kind: 'value', value: {} });
  });

  it('is ours, whatever the project has installed', async () => {
    const project = await TypeScriptProject.open({
      files: {
        'node_modules/mxcp-server/package.json':
          '{"name":"mxcp-server","type":"module","exports":{"./runtime":"./x.js"}}',
        'node_modules/mxcp-server/x.js': 'throw new Error("another one");',
      },
    });

    expect(await project.value(`${api('headers')}export const f = () => headers();`)).toEqual({});
  });
});
