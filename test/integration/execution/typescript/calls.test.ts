import { describe, expect, it } from 'vitest';
import { inline, TypeScriptProject } from '../../../builders/a-typescript-project.js';

describe('a TypeScript endpoint', () => {
  it('calls the export of its name with one object', async () => {
    const project = await TypeScriptProject.open({
      files: { 'ts/sums.ts': 'export const add = ({ a, b }: { a: number; b: number }): number => a + b;' },
    });

    const output = await project.run(project.tool('add', 'ts/sums.ts'), { a: 2, b: 3 });

    expect(output).toEqual({ kind: 'value', value: 5 });
  });
});
