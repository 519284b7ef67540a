import { describe, expect, it } from 'vitest';
import { StatementProfile } from '../../../../src/modules/execution/duckdb/statement-profile.js';

describe('StatementProfile', () => {
  it('is slow after a run of more than a second, until a quicker one', () => {
    const profile = new StatementProfile();

    profile.started(0)(1000);
    expect(profile.isSlow(1000)).toBe(false);
    profile.started(2000)(3001);
    expect(profile.isSlow(3001)).toBe(true);
    profile.started(4000)(4001);
    expect(profile.isSlow(4001)).toBe(false);
  });

  it('is slow while a run has not ended after a second', () => {
    const profile = new StatementProfile();
    const end = profile.started(0);
    profile.started(900);

    expect([profile.isSlow(1000), profile.isSlow(1001)]).toEqual([false, true]);
    end(1001);
    expect(profile.isSlow(1001)).toBe(true);
  });

  it('forgets whether it may be kept when the catalog changes', () => {
    const profile = new StatementProfile();
    profile.learnReusable(true, 4);

    expect([profile.reusable(4), profile.reusable(5)]).toEqual([true, null]);
  });
});
