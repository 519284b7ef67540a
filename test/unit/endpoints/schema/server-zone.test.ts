import { afterEach, describe, expect, it } from 'vitest';
import { readTimestamp } from '../../../../src/modules/endpoints/schema/date-time-formats.js';

describe('timestamp', () => {
  const zone = process.env['TZ'];
  afterEach(() => {
    process.env['TZ'] = zone;
  });

  it("is told in the server's zone, without offset", () => {
    process.env['TZ'] = 'Europe/Zurich';
    expect(readTimestamp('1706695200', '')).toEqual({ text: '2024-01-31T11:00:00' });
  });
});
