import { describe, expect, it, vi } from 'vitest';
import { inline, TypeScriptProject } from '../../../builders/a-typescript-project.js';

vi.setConfig({ testTimeout: 30_000 });

const project = TypeScriptProject.shared();

describe('a TypeScript endpoint', () => {
  it.each([
    ['tools/add.ts', 'export const add = ({ a, b }: { a: number; b: number }): number => a + b;'],
    [
      'tools/add.mts',
      'interface Input { a: number; b: number }\nexport async function add({ a, b }: Input) { return a + b }',
    ],
    ['tools/add.mjs', 'export function add({ a, b }) { return a + b }'],
    ['tools/add.js', 'export function add({ a, b }) { return a + b }'],
    ['lib/add.js', 'exports.add = ({ a, b }) => a + b;'],
    ['lib/whole.js', 'const known = { add: ({ a, b }) => a + b }; module.exports = { ...known };'],
    ['lib/default.ts', 'export default ({ a, b }: { a: number; b: number }) => a + b'],
    ['lib/renamed.ts', 'function sum({ a, b }) { return a + b }\nexport { sum as add };'],
  ])('in %s is called with one object of arguments', async (file, code) => {
    const project = await TypeScriptProject.open({ files: { [file]: code } });

    const output = await project.run(project.tool('add', file), { a: 2, b: 3 });

    expect(output).toEqual({ kind: 'value', value: 5 });
  });

  it('may be inline code, which imports from where its definition is and from the packages of the project', async () => {
    const project = await TypeScriptProject.open({
      files: {
        'node_modules/shout/package.json': '{"name":"shout","type":"module","exports":"./index.js"}',
        'node_modules/shout/index.js': 'export const shout = (word) => word.toUpperCase();',
        'tools/words.ts': "export const word: string = 'hello';",
      },
    });
    const code =
      "import { shout } from 'shout'; import { word } from './words.ts';\nexport const f = (): string => shout(word);";

    expect(await project.value(code)).toBe('HELLO');
  });

  it('is the export of a resource’s name, else the default one', async () => {
    const project = await TypeScriptProject.open({
      files: { 'r.ts': "export const named = () => 'named'; export default () => 'default';" },
    });
    const named = project.tool('named', 'r.ts', { kind: 'resource', id: 'r://named' });
    const nameless = project.tool('r://nameless', 'r.ts', { kind: 'resource' });

    expect(await project.run(named)).toMatchObject({ value: 'named' });
    expect(await project.run(nameless)).toMatchObject({ value: 'default' });
  });

  it('keeps a module’s state between calls, and starts anew with the next Runtime', async () => {
    const files = { 'count.ts': 'let calls = 0; export const count = () => ++calls;' };
    const first = await TypeScriptProject.open({ files });
    const second = await TypeScriptProject.open({ files });

    await first.run(first.tool('count', 'count.ts'));

    expect(await first.run(first.tool('count', 'count.ts'))).toMatchObject({ value: 2 });
    expect(await second.run(second.tool('count', 'count.ts'))).toMatchObject({ value: 1 });
  });

  it('stays with a thread that was busy for a while', async () => {
    const busy = 'const end = Date.now() + 400; while (Date.now() < end);';
    const project = await TypeScriptProject.open({
      files: { 'count.ts': `let calls = 0; export const count = () => { ${busy} return ++calls; };` },
    });
    const count = project.tool('count', 'count.ts');

    await project.run(count);

    expect(await project.run(count)).toMatchObject({ value: 2 });
  });

  it('gets integers with all their digits and gives them back', async () => {
    const big = 12345678901234567890n;

    expect(await project.value('export const f = ({ n }) => [n, n + 1n];', { n: big })).toEqual([
      big,
      big + 1n,
    ]);
  });

  it('gives a long list whole', async () => {
    const rows = await project.value(
      'export const f = () => Array.from({ length: 25_500 }, (_, id) => ({ id }));',
    );

    expect(rows).toHaveLength(25_500);
    expect(rows).toMatchObject({ 0: { id: 0 }, 25_499: { id: 25_499 } });
  });

  it('leaves the event loop free while a million rows arrive', async () => {
    const begun = performance.now();
    let longest = 0;
    let last = begun;
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);

    const rows = await project.value(
      'export const f = () => Array.from({ length: 1_000_000 }, (_, id) => ({ id }));',
    );
    clearInterval(timer);

    expect(rows).toHaveLength(1_000_000);
    expect(longest).toBeLessThan((performance.now() - begun) / 3);
  });

  it.each([
    [{ rows: 3 }, 'export const f = () => [1, 2, 3, 4];', /more than the 3 rows allowed/],
    [
      { rows: 3 },
      'export function* f() { for (let n = 0; ; n += 1) yield n; }',
      /more than the 3 rows allowed/,
    ],
    [{ bytes: 1000 }, "export const f = () => 'x'.repeat(1001);", /more than the 1000 bytes allowed/],
    [
      { bytes: 1000 },
      'export const f = () => ({ rows: new Array(1000).fill({}) });',
      /more than the 1000 bytes allowed/,
    ],
  ])('with a result beyond the caps %j fails', async (limits, code, message) => {
    const project = await TypeScriptProject.open({ limits });

    await expect(project.run(inline(code), {}, { origin: 'http' })).rejects.toMatchObject({
      code: 'OUTPUT_TOO_LARGE',
      message: expect.stringMatching(message),
    });
    expect(project.log.lines).toEqual([]);
  });

  it('gives bytes of a resource as a document, those of a tool as text', async () => {
    const code = 'export const f = () => new Uint8Array([0xff, 0x00]);';
    const resource = inline(code, { kind: 'resource', id: 'logo://x', mimeType: 'image/x-icon' });

    expect(await project.value(code)).toBe('/wA=');
    expect(await project.run(resource)).toEqual({
      kind: 'content',
      blocks: [{ type: 'resource', uri: 'logo://x', mimeType: 'image/x-icon', blob: '/wA=' }],
    });
  });
});
