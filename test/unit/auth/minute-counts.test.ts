import { describe, expect, it } from 'vitest';
import { MinuteCounts } from '../../../src/modules/auth/minute-counts.js';
import { FakeClock } from '../../fakes/fake-clock.js';

describe('MinuteCounts', () => {
  it('counts each key by itself until the minute is over', () => {
    const clock = new FakeClock();
    const counts = new MinuteCounts(clock, 10);

    expect([counts.add('a'), counts.add('a'), counts.add('b'), counts.of('a')]).toEqual([1, 2, 1, 2]);

    clock.advance(60_000);

    expect([counts.of('a'), counts.of('b')]).toEqual([0, 0]);
  });

  it('forgets the key unused for longest when there are too many', () => {
    const counts = new MinuteCounts(new FakeClock(), 2);
    counts.add('a');
    counts.add('b');
    counts.of('a');

    counts.add('c');

    expect([counts.of('a'), counts.of('b'), counts.of('c')]).toEqual([1, 0, 1]);
  });
});
