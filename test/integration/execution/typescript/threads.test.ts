import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import type { EndpointLimits } from '../../../../src/common/domain/endpoint.js';
import { inline, TypeScriptProject } from '../../../builders/a-typescript-project.js';
import { FakeDatabase } from '../../../fakes/fake-database.js';

vi.setConfig({ testTimeout: 30_000 });

const within = (timeoutMs: number): { readonly limits: EndpointLimits } => ({
  limits: { rows: null, bytes: null, timeoutMs },
});
const timers = "import { setTimeout as sleep } from 'node:timers/promises';\n";
const signal = "import { signal } from 'mxcp-server/runtime';\n";
const spin = inline('export const f = () => { for (;;); };', within(300));

/** The project's next trivial call answers. */
async function serves(project: TypeScriptProject): Promise<void> {
  expect(await project.value('export const f = () => 1;')).toBe(1);
}

describe('a call that is told to end', () => {
  it.each([
    ['loops without end', spin],
    ['loops in promises', inline('export const f = async () => { for (;;) await null; };', within(300))],
    [
      'waits for nothing',
      inline('export const f = () => new Promise(() => setInterval(() => {}, 10));', within(300)),
    ],
    ['loops while its module loads', inline('for (;;); export const f = 1;', within(300))],
    ['loops while its result is read', inline('export function* f() { for (;;) yield 1; }', within(300))],
    ['loops in a getter', inline('export const f = () => ({ get a() { for (;;); } });', within(300))],
  ])('and %s fails at its deadline, and the next call works', async (_what, endpoint) => {
    const project = await TypeScriptProject.open();
    const begun = performance.now();

    await expect(project.run(endpoint)).rejects.toMatchObject({ code: 'EXECUTION_TIMEOUT' });

    expect(performance.now() - begun).toBeLessThan(3_000);
    await serves(project);
  });

  it('fails as cancelled when its caller goes away', async () => {
    const project = await TypeScriptProject.open();
    const caller = new AbortController();
    const call = project.run(inline('export const f = () => { for (;;); };'), {}, { signal: caller.signal });
    setTimeout(() => {
      caller.abort();
    }, 300);

    await expect(call).rejects.toMatchObject({ code: 'EXECUTION_CANCELLED' });
    await serves(project);
  });

  it('hears of it by its signal, and may clean up', async () => {
    const database = new FakeDatabase({ tidy: [] });
    const project = await TypeScriptProject.open({ database });
    const code = `${timers}${signal}let ended = 'no'; export const f = async ({ ask }) => {
      if (ask) return ended;
      try { await sleep(60_000, null, { signal: signal() }) } catch (error) { ended = error.name; throw error }
    };`;
    const endpoint = inline(code, within(1_000));

    await expect(project.run(endpoint, { ask: false })).rejects.toMatchObject({ code: 'EXECUTION_TIMEOUT' });
    expect(await project.run(endpoint, { ask: true })).toMatchObject({ value: 'AbortError' });
    expect(project.log.lines).toEqual([]);
  });

  it('never begins when its caller is already gone', async () => {
    const project = await TypeScriptProject.open();

    await expect(
      project.run(inline('export const f = () => 1;'), {}, { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'EXECUTION_CANCELLED' });
  });

  it('does not let its caller wait for a database that is slow to let go', async () => {
    const database = new FakeDatabase({ slow: [[{ a: 1 }]] }, 100);
    database.closing = new Promise(() => undefined);
    const project = await TypeScriptProject.open({ database });
    const code = "import { db } from 'mxcp-server/runtime'; export const f = () => db.execute('slow');";

    await expect(project.run(inline(code, within(50)))).rejects.toMatchObject({ code: 'EXECUTION_TIMEOUT' });
  });

  it('has its SQL ended too', async () => {
    const database = new FakeDatabase({ slow: [[{ a: 1 }], [{ a: 2 }], [{ a: 3 }]] }, 200);
    const project = await TypeScriptProject.open({ database });
    const code = "import { db } from 'mxcp-server/runtime'; export const f = () => db.execute('slow');";

    await expect(project.run(inline(code, within(300)))).rejects.toMatchObject({ code: 'EXECUTION_TIMEOUT' });
    expect(database.openCount).toBe(0);
  });
});

describe('many calls at once', () => {
  it('wait together, not behind one another, in a few threads', async () => {
    const database = new FakeDatabase({ slow: [[{ a: 1 }]] }, 400);
    const project = await TypeScriptProject.open({ database });
    await serves(project);
    const endpoint = inline(
      "import { db } from 'mxcp-server/runtime'; export const f = () => db.execute('slow');",
    );
    const begun = performance.now();

    const results = await Promise.all(Array.from({ length: 200 }, () => project.run(endpoint)));

    expect(results).toHaveLength(200);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  it('are all done, however long each holds its thread', async () => {
    const project = await TypeScriptProject.open();
    await serves(project);
    const busy = inline(
      'export const f = ({ n }) => { const end = Date.now() + 40; while (Date.now() < end); return n; };',
    );

    const calls = await Promise.all(Array.from({ length: 150 }, (_, n) => project.run(busy, { n })));

    expect(calls.map((output) => ('value' in output ? output.value : null))).toEqual(
      Array.from({ length: 150 }, (_, n) => n),
    );
  });

  it('are not lost to a loop that began first, nor by one that begins in another thread', async () => {
    const project = await TypeScriptProject.open();
    await serves(project);
    const loop = project.run(inline('export const f = () => { for (;;); };', within(6_000)));
    await sleep(20);
    const quick = inline(`${timers}export const f = async ({ n }) => { await sleep(50); return n; };`);
    const begun = performance.now();

    const calls = await Promise.all(Array.from({ length: 50 }, (_, n) => project.run(quick, { n })));

    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(calls).toEqual(Array.from({ length: 50 }, (_, n) => ({ kind: 'value', value: n })));
    await expect(loop).rejects.toMatchObject({ code: 'EXECUTION_TIMEOUT' });
  });

  it('beside one that waits for nothing are not disturbed when that is given up', async () => {
    const project = await TypeScriptProject.open();
    const deaf = inline('export const f = () => new Promise(() => {});', within(200));
    const slow = inline(`${timers}export const f = async ({ n }) => { await sleep(1_000); return n; };`);

    const lost = Promise.allSettled(Array.from({ length: 5 }, () => project.run(deaf)));
    const calls = Promise.all(Array.from({ length: 20 }, (_, n) => project.run(slow, { n })));

    expect(await calls).toHaveLength(20);
    expect((await lost).map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'rejected'));
  });

  it('beside a busy one are cancelled without harm to it', async () => {
    const project = await TypeScriptProject.open();
    await serves(project);
    const busy = project.value(
      'export const f = () => { const end = performance.now() + 1_200; while (performance.now() < end); return 1; };',
    );
    await sleep(10);
    const caller = new AbortController();
    const beside = project.run(inline('export const f = () => 2;'), {}, { signal: caller.signal });
    caller.abort();

    await expect(beside).rejects.toMatchObject({ code: 'EXECUTION_CANCELLED' });
    expect(await busy).toBe(1);
  });

  it('share no thread with an endpoint that has looped before', async () => {
    const project = await TypeScriptProject.open();
    await expect(project.run(spin)).rejects.toMatchObject({ code: 'EXECUTION_TIMEOUT' });
    const slow = inline(`${timers}export const f = async ({ n }) => { await sleep(900); return n; };`);
    const early = Array.from({ length: 10 }, (_, n) => project.run(slow, { n }));
    await sleep(300);

    const again = project.run(spin);
    const late = Array.from({ length: 10 }, (_, n) => project.run(slow, { n }));

    await expect(again).rejects.toMatchObject({ code: 'EXECUTION_TIMEOUT' });
    expect(await Promise.all([...early, ...late])).toHaveLength(20);
  });
});

describe('code that would end its thread', () => {
  it.each([
    ['calls process.exit', 'process.exit(3)', 'The endpoint called process.exit'],
    [
      'throws in a timer',
      "await new Promise(() => setTimeout(() => { throw new Error('late') }, 5))",
      'The endpoint threw where nobody could catch it: late',
    ],
  ])('because it %s fails, without harm to the calls beside it', async (_what, body, message) => {
    const project = await TypeScriptProject.open();
    const slow = inline(`${timers}export const f = async ({ n }) => { await sleep(500); return n; };`);
    const beside = Promise.all(Array.from({ length: 10 }, (_, n) => project.run(slow, { n })));
    await sleep(250);

    await expect(project.value(`export const f = async () => { ${body} };`)).rejects.toMatchObject({
      code: 'WORKER_LOST',
      message,
    });

    expect(await beside).toHaveLength(10);
    expect(project.log.lines[0]).toMatchObject({ level: 'error', fields: { file: 'tools/f.yml' } });
    await serves(project);
  });

  it('by taking all memory fails, and the next call works', async () => {
    const project = await TypeScriptProject.open();

    await expect(
      project.value(
        'export const f = () => { const all = []; for (;;) all.push(new Array(1e5).fill(all.length)); };',
      ),
    ).rejects.toMatchObject({
      code: 'WORKER_LOST',
      message: 'The code of the endpoint, or of calls beside it, needed more than 512 MB',
    });

    await serves(project);
  });

  it('with a rejected promise that nobody awaits only shows in the log', async () => {
    const project = await TypeScriptProject.open();

    expect(
      await project.value(
        `${timers}export const f = async () => {\n void Promise.reject(new Error('forgotten'));\n await sleep(20); return 1; };`,
      ),
    ).toBe(1);

    expect(project.log.lines).toMatchObject([
      {
        level: 'error',
        message: 'A rejected promise was awaited by nobody (Error)',
        fields: { file: 'tools/f.yml', line: 3 },
      },
    ]);
  });
});

describe('what endpoint code prints', () => {
  it('goes to the log, line by line, with the endpoint', async () => {
    const project = await TypeScriptProject.open();
    const endpoint = inline(
      "export const f = () => { console.log('a', { b: 1 }); console.error('c\\nd'); process.stdout.write('e\\n'); };",
    );

    await project.run(endpoint);

    const shown = project.log.lines.map(({ level, logger, message }) => `${level} ${logger} ${message}`);
    expect(shown).toEqual([
      'info typescript a { b: 1 }',
      'warning typescript c',
      'warning typescript d',
      'info typescript e',
    ]);
    expect(project.log.lines[0]?.fields).toEqual({ endpoint: `tool ${endpoint.id}` });
  });

  it('is cut in length and rate, which the log says', async () => {
    const project = await TypeScriptProject.open();
    const code = `${timers}export const f = async () => {
      console.log('x'.repeat(100_000)); for (let n = 0; n < 50_000; n += 1) console.log(n);
      await sleep(1_100); console.log('again'); };`;

    await project.value(code);

    const texts = project.log.lines.map(({ message }) => message);
    expect(texts[0]).toHaveLength(2_000);
    // a hundred a second, however many seconds a busy machine takes
    expect(texts.length).toBeLessThan(2_000);
    expect(texts.some((text) => /^\d{5} lines of output were left out$/.test(text))).toBe(true);
    expect(texts.at(-1)).toBe('again');
  });
});

describe('a project’s threads', () => {
  it('end with the project, whatever still runs', async () => {
    const project = await TypeScriptProject.open();
    const calls = [
      project.run(inline('export const f = () => { for (;;); };')),
      project.run(inline('export const f = () => new Promise(() => {});')),
    ];
    const settled = Promise.allSettled(calls);
    await sleep(300);

    await project.executors.dispose();

    expect(await settled).toMatchObject([
      { status: 'rejected', reason: { code: 'EXECUTION_CANCELLED' } },
      { status: 'rejected', reason: { code: 'EXECUTION_CANCELLED' } },
    ]);
  });

  it('leave nothing behind', async () => {
    const held = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === 'MessagePort' || name === 'Worker').length;
    const before = held();
    for (let round = 0; round < 3; round += 1) {
      const project = await TypeScriptProject.open();
      await serves(project);
      await project.run(spin).catch(() => undefined);
      await project.executors.dispose();
    }

    await expect.poll(held).toBe(before);
  });
});
