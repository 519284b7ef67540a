import { describe, expect, it } from 'vitest';
import {
  readDate,
  readDateTime,
  readTime,
  readTimestamp,
} from '../../../../src/modules/endpoints/schema/date-time-formats.js';
import type { Reading } from '../../../../src/modules/endpoints/schema/calendar.js';
import { formatReaders } from '../../../../src/modules/endpoints/schema/string-formats.js';

function outcome(reading: Reading): string {
  return 'text' in reading ? reading.text : `! ${reading.reason}`;
}

describe('date', () => {
  it.each([
    ['2024-01-31', '2024-01-31'],
    ['2024-1-5', '2024-01-05'],
    ['2024-02-29', '2024-02-29'],
    ['0001-01-01', '0001-01-01'],
    ['2023-02-29', '! day is out of range for month'],
    ['1900-02-29', '! day is out of range for month'],
    ['2000-02-29', '2000-02-29'],
    ['2024-12-31', '2024-12-31'],
    ['2024-06-31', '! day is out of range for month'],
    ['2024-09-31', '! day is out of range for month'],
    ['2024-11-31', '! day is out of range for month'],
    ['2024-04-31', '! day is out of range for month'],
    ['2024-13-01', "! time data '2024-13-01' does not match format '%Y-%m-%d'"],
    ['0000-01-01', '! year 0 is out of range'],
    ['2024-01-31T10:00', '! unconverted data remains: T10:00'],
    ['x', "! time data 'x' does not match format '%Y-%m-%d'"],
    ["it's", "! time data \"it's\" does not match format '%Y-%m-%d'"],
    ['', "! time data '' does not match format '%Y-%m-%d'"],
    ['20240131', "! time data '20240131' does not match format '%Y-%m-%d'"],
  ])('%s', (given, expected) => {
    expect(outcome(readDate(given, given))).toBe(expected);
  });
});

describe('time', () => {
  it.each([
    ['10:05:00', '10:05:00'],
    ['9:5:7', '09:05:07'],
    ['23:59:59', '23:59:59'],
    ['24:00:00', "! time data '24:00:00' does not match format '%H:%M:%S'"],
    ['10:05:61', '! second must be in 0..59'],
    ['10:05:00.5', '! unconverted data remains: .5'],
    ['10:05', "! time data '10:05' does not match format '%H:%M:%S'"],
  ])('%s', (given, expected) => {
    expect(outcome(readTime(given, given))).toBe(expected);
  });
});

describe('date-time', () => {
  it.each([
    ['2024-01-31', '2024-01-31T00:00:00'],
    ['2024-01-31T10:05:00', '2024-01-31T10:05:00'],
    ['2024-01-31 10:05', '2024-01-31T10:05:00'],
    ['2024-01-31T10', '2024-01-31T10:00:00'],
    ['20240131T100500', '2024-01-31T10:05:00'],
    ['2024-01-31T10:05:00.5', '2024-01-31T10:05:00.500000'],
    ['2024-01-31T10:05:00,1234567', '2024-01-31T10:05:00.123456'],
    ['2024-01-31T10:05:00.000', '2024-01-31T10:05:00'],
    ['2024-01-31T10:05:00Z', '2024-01-31T10:05:00+00:00'],
    ['2024-01-31T10:05:00+02:00', '2024-01-31T10:05:00+02:00'],
    ['2024-01-31T10:05:00-0530', '2024-01-31T10:05:00-05:30'],
    ['2024-01-31T10:05:00+02', '2024-01-31T10:05:00+02:00'],
    ['2024-02-30T00:00:00', '! day is out of range for month'],
    ['2024-01-00', '! day is out of range for month'],
    ['2024-00-01', '! month must be in 1..12'],
    ['2024-12-01', '2024-12-01T00:00:00'],
    ['2024-01-01T10:60', '! minute must be in 0..59'],
    ['2024-01-31T10:05:00+02:00:30', '2024-01-31T10:05:00+02:00:30'],
    ['2024-13-01', '! month must be in 1..12'],
    ['2024-01-01T25:00', '! hour must be in 0..23'],
    ['2024-01-01T10:00:00+25:00', "! Invalid isoformat string: '2024-01-01T10:00:00+25:00'"],
    ['tomorrow', "! Invalid isoformat string: 'tomorrow'"],
    ['', "! Invalid isoformat string: ''"],
  ])('%s', (given, expected) => {
    expect(outcome(readDateTime(given, given))).toBe(expected);
  });
});

describe('timestamp', () => {
  it.each([
    ['0', '1970-01-01T00:00:00'],
    ['1706695200', '2024-01-31T10:00:00'],
    ['1706695200.25', '2024-01-31T10:00:00.250000'],
    ['-0.5', '1969-12-31T23:59:59.500000'],
    ['1.7066952e9', '2024-01-31T10:00:00'],
    ['0.9999999', '1970-01-01T00:00:01'],
    ['-62135596800', '0001-01-01T00:00:00'],
    ['-62135596801', '! Invalid timestamp: -62135596801'],
    ['253402300799', '9999-12-31T23:59:59'],
    ['253402300800', '! Invalid timestamp: 253402300800'],
    ['soon', '! Invalid timestamp: soon'],
    ['nan', '! Invalid timestamp: nan'],
    ['inf', '! Invalid timestamp: inf'],
    ['1e18', '! Invalid timestamp: 1e18'],
  ])('%s', (given, expected) => {
    expect(outcome(readTimestamp(given, given))).toBe(expected);
  });
});

describe('the formats that stay text', () => {
  it.each([
    ['email', 'a@b.c', 'a@b.c'],
    ['email', 'a@b.c and more', 'a@b.c and more'],
    ['email', 'a@b', '! Invalid email format: a@b'],
    ['uri', 'urn:x', 'urn:x'],
    ['uri', '//x', '! Invalid URI format: //x'],
    ['duration', 'P1DT2H', 'P1DT2H'],
    ['duration', 'P', 'P'],
    ['duration', 'PT', 'PT'],
    ['duration', 'P1W', '! Invalid duration format: P1W'],
    ['duration', 'PT0.5S', '! Invalid duration format: PT0.5S'],
  ] as const)('%s: %s', (format, given, expected) => {
    expect(outcome(formatReaders[format](given, given))).toBe(expected);
  });

  it('take no time over long hostile text', () => {
    const started = performance.now();
    for (const format of ['email', 'uri', 'duration', 'date-time'] as const) {
      formatReaders[format](`a@${'.'.repeat(1 << 20)}@`, '');
      formatReaders[format]('P' + '1'.repeat(1 << 20), '');
    }
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
