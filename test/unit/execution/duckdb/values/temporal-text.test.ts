import { describe, expect, it } from 'vitest';
import {
  dateText,
  intervalText,
  timestampText,
  timestampTzText,
  timeText,
  timeTzText,
} from '../../../../../src/modules/execution/duckdb/values/temporal-text.js';

const SECOND = 1_000_000n;

describe('dates', () => {
  it('agree with the calendar on every day of nine centuries', () => {
    const wrong: number[] = [];
    for (let days = -250_000; days <= 80_000; days += 1) {
      if (dateText(days) !== new Date(days * 86_400_000).toISOString().slice(0, 10)) wrong.push(days);
    }
    expect(wrong).toEqual([]);
  });

  it('reach beyond four digits and before year one', () => {
    expect(dateText(2_932_897)).toBe('10000-01-01');
    expect(dateText(-719_529)).toBe('-0001-12-31');
    expect(dateText(-719_528)).toBe('0000-01-01');
  });

  it('are null when infinite', () => {
    expect([dateText(2_147_483_647), dateText(-2_147_483_647)]).toEqual([null, null]);
  });
});

describe('timestamps', () => {
  it('have six digits of fraction, nine for nanoseconds, and none without', () => {
    expect(timestampText(0n, 6)).toBe('1970-01-01T00:00:00');
    expect(timestampText(-1n, 6)).toBe('1969-12-31T23:59:59.999999');
    expect(timestampText(1n, 3)).toBe('1970-01-01T00:00:00.001000');
    expect(timestampText(-1n, 9)).toBe('1969-12-31T23:59:59.999999999');
    expect(timestampText(-1n, 0)).toBe('1969-12-31T23:59:59');
  });

  it('carry the offset of the zone at that moment, to the second', () => {
    expect(timestampTzText(0n, () => 3600)).toBe('1970-01-01T01:00:00+01:00');
    expect(timestampTzText(0n, () => -12_600)).toBe('1969-12-31T20:30:00-03:30');
    expect(timestampTzText(500_000n, () => 3208)).toBe('1970-01-01T00:53:28.500000+00:53:28');
  });

  it('ask for the offset of the second that has begun', () => {
    const asked: number[] = [];
    timestampTzText(-1n, (seconds) => asked.push(seconds));

    expect(asked).toEqual([-1]);
  });

  it.each([9_223_372_036_854_775_807n, -9_223_372_036_854_775_807n])('are null at %s', (ticks) => {
    expect(timestampText(ticks, 6)).toBeNull();
    expect(timestampTzText(ticks, () => 0)).toBeNull();
  });
});

describe('times', () => {
  it('end at midnight of the next day', () => {
    expect(timeText(86_400n * SECOND)).toBe('24:00:00');
    expect(timeText(1n, 9)).toBe('00:00:00.000000001');
  });

  it('carry their offset', () => {
    expect(timeTzText(3723n * SECOND, 7200)).toBe('01:02:03+02:00');
    expect(timeTzText(0n, -57_599)).toBe('00:00:00-15:59:59');
  });
});

describe('intervals', () => {
  it.each([
    [0, 0, 0n, 'P0DT0H0M0S'],
    [1, 2, 10_800n * SECOND, 'P32DT3H0M0S'],
    [12, 0, 0n, 'P360DT0H0M0S'],
    [0, -1, 0n, 'P-1DT0H0M0S'],
    [0, 0, -10_800n * SECOND, 'P-1DT21H0M0S'],
    [0, 0, 90n * SECOND, 'P0DT0H1M30S'],
    [0, 0, 500_000n, 'P0DT0H0M0.5S'],
    [0, 0, 1n, 'P0DT0H0M0.000001S'],
    [0, 0, 100_000n * SECOND, 'P1DT3H46M40S'],
  ])('of %d months, %d days, %s microseconds: %s', (months, days, micros, text) => {
    expect(intervalText(months, days, micros)).toBe(text);
  });
});
