import { describe, expect, it } from 'vitest';
import { inline, TypeScriptProject } from '../../../builders/a-typescript-project.js';

const shared = TypeScriptProject.shared();

async function failure(code: string): Promise<{ code: string; message: string }> {
  return shared.run(inline(code)).then(
    () => expect.unreachable(),
    (error: unknown) => error as { code: string; message: string },
  );
}

describe('a failing TypeScript endpoint', () => {
  it.each([
    ["throw new Error('No such host')", 'No such host'],
    ["throw new TypeError('')", 'TypeError'],
    ["throw 'plain text'", 'plain text'],
    ["throw ''", 'The endpoint threw an empty text'],
    ['throw null', 'The endpoint threw null'],
    ['throw undefined', 'The endpoint threw undefined'],
    ['throw 42', 'The endpoint threw 42'],
    ["throw Symbol('odd')", 'The endpoint threw Symbol(odd)'],
    ['throw { code: 1 }', 'The endpoint threw an object (Object)'],
    ['throw Object.create(null)', 'The endpoint threw an object (object)'],
    ["throw { message: 'like an error' }", 'like an error'],
    ["throw { get message() { throw new Error('no') } }", 'Object (its message cannot be read)'],
    ['throw new Proxy({}, { get() { throw 1 }, has() { throw 2 } })', 'object (its message cannot be read)'],
    ['throw new Proxy({}, { getPrototypeOf() { throw 1 } })', 'The endpoint threw an object (Object)'],
    [
      'throw new Proxy({}, { get() { throw 1 }, has() { throw 2 }, getPrototypeOf() { throw 3 } })',
      'object (its message cannot be read)',
    ],
    ["throw Object.assign(new Error('odd'), { stack: 'at file://elsewhere/x.ts:1:1' })", 'odd'],
    ["throw new Error('x'.repeat(20_000))", 'x'.repeat(10_000)],
    ['null.x', "Cannot read properties of null (reading 'x')"],
    ["await Promise.any([Promise.reject(new Error('a'))])", 'All promises were rejected'],
  ])('that does %s tells its caller the message', async (body, message) => {
    expect(await failure(`export const f = async () => { ${body} };`)).toMatchObject({
      code: 'EXECUTION_FAILED',
      message,
    });
  });

  it.each([
    ['() => () => 1', 'The result holds a function at result, which JSON cannot say'],
    ["() => ({ a: [0, Symbol('x')] })", 'The result holds a symbol at result.a[1], which JSON cannot say'],
    [
      '() => { const a = {}; a.b = { a }; return a; }',
      'The result holds a reference to what it is part of at result.b.a, which JSON cannot say',
    ],
    [
      '() => { let a = 1; for (let i = 0; i < 10_000; i += 1) a = [a]; return a; }',
      'The result is nested more than 500 levels deep',
    ],
    ["() => ({ get a() { throw new Error('locked') } })", 'The result cannot be read at result.a: locked'],
    [
      '() => ({ a: Promise.resolve(1) })',
      'The result holds a promise that was not awaited at result.a, which JSON cannot say',
    ],
    ["() => ({ toJSON() { throw new Error('never') } })", 'The result cannot be read: never'],
  ])('with the result of %s says what is wrong', async (code, message) => {
    expect(await failure(`export const f = ${code};`)).toMatchObject({ code: 'EXECUTION_FAILED', message });
  });

  it('leaves file and line in the log, and nothing of its message', async () => {
    const project = await TypeScriptProject.open({
      files: {
        'ts/pay.ts':
          "import { charge } from './lib/charge.ts';\n\ntype Card = string;\nexport const pay = (): never => charge('4111');",
        'ts/lib/charge.ts':
          '\ninterface Gone { a: 1 }\nexport function charge(card: string): never {\n  throw new RangeError(`refused ${card}`);\n}',
      },
    });

    const pay = project.tool('pay', 'ts/pay.ts');
    await expect(project.run(pay, {}, { correlationId: 'call-7' })).rejects.toThrow('refused 4111');

    expect(project.log.lines).toMatchObject([
      {
        level: 'error',
        logger: 'typescript',
        message: 'The endpoint failed',
        fields: { correlationId: 'call-7', endpoint: 'tool pay', file: 'ts/lib/charge.ts', line: 4 },
        error: { name: 'RangeError', message: 'RangeError' },
      },
    ]);
    expect(
      JSON.stringify(project.log.lines) + String((project.log.lines[0]?.error as Error).stack),
    ).not.toContain('4111');
  });

  it.each([
    [
      'a syntax error',
      'export const f = () => 1;\nexport const g = ;',
      /^Failed to load ts\/f\.ts: Expression expected \(ts\/f\.ts:2\)$/,
    ],
    [
      'a syntax error of JavaScript',
      'export const f = () => 1;\nreturn 1 +;',
      /^Failed to load ts\/f\.ts: .* \(ts\/f\.ts:2\)$/,
    ],
    [
      'an enum',
      '\nexport enum Colour { Red }',
      /^Failed to load ts\/f\.ts: TypeScript enum is not supported in strip-only mode; Node\.js runs TypeScript by leaving out its types.*a union.* \(ts\/f\.ts:2\)$/,
    ],
    [
      'an exception while loading',
      "\n\nthrow new Error('no licence');",
      /^Failed to load ts\/f\.ts: no licence \(ts\/f\.ts:3\)$/,
    ],
    [
      'a package that is not there',
      "import 'left-pad';",
      /^Failed to load ts\/f\.ts: Cannot find package 'left-pad'$/,
    ],
    [
      'a file that is not there',
      "import './gone.ts';",
      /^Failed to load ts\/f\.ts: Cannot find module 'gone\.ts'$/,
    ],
    [
      'a name that is not exported',
      "import { nope } from 'mxcp-server/runtime';\nnope();",
      /^Failed to load ts\/f\.ts: .*does not provide an export named 'nope' \(ts\/f\.ts:1\)$/,
    ],
    ['no such function', 'export const g = 1;', /^Function 'f' not found in ts\/f\.ts$/],
    ['an export that is no function', 'export const f = 1;', /^'f' of ts\/f\.ts is no function$/],
  ])('because of %s names the file below the project root', async (_what, code, message) => {
    const project = await TypeScriptProject.open({ files: { 'ts/f.ts': code } });
    const run = () => project.run(project.tool('f', 'ts/f.ts'));

    await expect(run()).rejects.toMatchObject({
      code: 'EXECUTION_FAILED',
      message: expect.stringMatching(message),
    });
    await expect(run()).rejects.toThrow(message);
    expect(project.log.lines[0]).toMatchObject({ level: 'error', fields: { file: 'ts/f.ts' } });
  });

  it('in inline code names its definition and the line of the code', async () => {
    expect(await failure('\n\nexport const f = ;')).toMatchObject({
      message: 'Failed to load the code of tools/f.yml: Expression expected (tools/f.yml:3)',
    });
  });
});
