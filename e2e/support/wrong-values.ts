import { expect, it } from 'vitest';
import { chart } from './chart.ts';
import { helm, type Values } from './helm.ts';

export interface Wrong {
  readonly mistake: string;
  readonly values: Values;
  /** Parts of the message: where, and what to do or what is allowed. */
  readonly says: readonly string[];
}

/** One test for each: nothing is rendered, and the message says enough to mend it. */
export function refuses(wrong: readonly Wrong[]): void {
  it.each(wrong)('$mistake', async ({ values, says }) => {
    const { code, stdout, stderr } = await helm(['template', 'mxcp', chart], values);

    expect(code).not.toBe(0);
    expect(stdout).toBe('');
    for (const part of says) expect(stderr).toContain(part);
  });
}
