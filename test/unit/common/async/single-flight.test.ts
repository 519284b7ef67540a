import { describe, expect, it } from 'vitest';
import { SingleFlight } from '../../../../src/common/async/single-flight.js';

describe('SingleFlight', () => {
  it('gives whoever asks meanwhile the same answer', async () => {
    const flight = new SingleFlight<number>();
    const first = Promise.withResolvers<number>();
    const answers = [flight.run('a', () => first.promise), flight.run('a', () => Promise.resolve(2))];

    first.resolve(1);

    expect(await Promise.all(answers)).toEqual([1, 1]);
  });

  it('works anew once the work has ended, also when it failed', async () => {
    const flight = new SingleFlight<number>();
    const failure = new TypeError('failed');

    await expect(flight.run('a', () => Promise.reject(failure))).rejects.toBe(failure);
    expect(await flight.run('a', () => Promise.resolve(2))).toBe(2);
  });

  it('keeps different keys apart', async () => {
    const flight = new SingleFlight<number>();

    expect(
      await Promise.all([
        flight.run('a', () => Promise.resolve(1)),
        flight.run('b', () => Promise.resolve(2)),
      ]),
    ).toEqual([1, 2]);
  });
});
