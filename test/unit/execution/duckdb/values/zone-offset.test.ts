import { describe, expect, it } from 'vitest';
import { zoneOffset } from '../../../../../src/modules/execution/duckdb/values/zone-offset.js';

const at = (iso: string) => Date.parse(iso) / 1000;

describe('zoneOffset', () => {
  it.each([
    ['UTC', '2024-07-01T00:00:00Z', 0],
    ['Etc/UTC', '2024-07-01T00:00:00Z', 0],
    ['Etc/GMT+5', '2024-07-01T00:00:00Z', -18_000],
    ['Etc/GMT-3', '2024-07-01T00:00:00Z', 10_800],
    ['Europe/Berlin', '2024-01-01T00:00:00Z', 3600],
    ['Europe/Berlin', '2024-07-01T00:00:00Z', 7200],
    ['Europe/Berlin', '2024-03-31T00:59:59Z', 3600],
    ['Europe/Berlin', '2024-03-31T01:00:00Z', 7200],
    ['Europe/Berlin', '1850-01-01T00:00:00Z', 3208],
    ['America/St_Johns', '2024-01-01T00:00:00Z', -12_600],
    ['Asia/Kathmandu', '0044-03-15T00:00:00Z', 20_476],
  ])('%s at %s', (zone, moment, offset) => {
    expect(zoneOffset(zone)(at(moment))).toBe(offset);
  });

  it('takes a zone that nobody knows for UTC', () => {
    expect(zoneOffset('Mars/Olympus')(0)).toBe(0);
  });
});
