import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeTool, faultProject, said, type FaultProject } from '../support/faults.ts';
import { callTool } from '../support/rpc.ts';

const code = `
import { setTimeout as sleep } from 'node:timers/promises';

export const echo = (): string => 'here';

export async function doze(): Promise<string> {
  await sleep(500);
  return 'awake';
}

export function busy(): string {
  const end = Date.now() + 20;
  while (Date.now() < end);
  return 'done';
}

export function endless(): never {
  for (;;);
}

export function fault({ how }: { how: string }): unknown {
  if (how === 'null') throw null;
  if (how === 'proxy') {
    const refuse = () => {
      throw new Error('no');
    };
    throw new Proxy({}, { get: refuse, has: refuse, getPrototypeOf: refuse });
  }
  if (how === 'cyclic') {
    const items: unknown[] = [];
    items.push(items);
    return items;
  }
  if (how === 'rows') return Array.from({ length: 1_000_000 }, (_, n) => n);
  if (how === 'exit') process.exit(0);
  if (how === 'memory') for (const all = []; ; ) all.push(new Array(1e5).fill(all.length));
  return how;
}
`;
const tool = (name: string, more = ''): string => codeTool(name, 'typescript', 'typescript/code.ts', more);

describe('TypeScript faults on the built server', () => {
  let project: FaultProject;
  beforeAll(async () => {
    project = await faultProject('', {
      'typescript/code.ts': code,
      'tools/echo.yml': tool('echo'),
      'tools/doze.yml': tool('doze'),
      'tools/busy.yml': tool('busy'),
      'tools/fault.yml': tool('fault', '  parameters: [{name: how, type: string}]\n'),
      'tools/endless.yml': tool('endless', '  limits: {timeout_ms: 3000}\n'),
      'tools/sql.yml': 'mxcp: 1\ntool: {name: sql, source: {code: SELECT 1 AS one}}\n',
    });
  });
  afterAll(() => project.remove());

  const call = async (name: string, args: Record<string, unknown> = {}): Promise<string> =>
    said(await callTool(project.server.url, name, args));

  it.each([
    ['null', 'The endpoint threw null'],
    ['proxy', 'its message cannot be read'],
    ['cyclic', 'a reference to what it is part of'],
    ['rows', 'more than the 10000 rows allowed'],
    ['exit', 'The endpoint called process.exit'],
    ['memory', 'needed more than 512 MB'],
  ])('that are %s tell their own caller, and the next call works', async (how, message) => {
    const answer = await call('fault', { how });

    expect(answer).toMatch(/^! /);
    expect(answer).toContain(message);
    expect(await call('echo')).toBe('here');
  });

  it('that never end are stopped at their limit, and the next call works', async () => {
    expect(await call('endless')).toContain('did not finish within 3000 ms');
    expect(await call('echo')).toBe('here');
  });

  it.each(['doze', 'busy'])(
    'of two hundred calls of %s there are none, and SQL stays quick',
    async (name) => {
      const calls = Array.from({ length: 200 }, () => call(name));
      const begun = performance.now();
      expect(await call('sql')).toBe('[{"one":1}]');
      const tookMs = performance.now() - begun;

      expect(new Set(await Promise.all(calls))).toEqual(new Set([name === 'doze' ? 'awake' : 'done']));
      expect(tookMs).toBeLessThan(1500);
      await expect.poll(() => project.recorded(name).length).toBe(200);
    },
  );
});
