/** Seconds east of UTC at a moment given in seconds since 1970. */
export type ZoneOffset = (seconds: number) => number;

const known = /^(?:etc\/)?(?:utc|gmt|uct|zulu|universal|greenwich)$/i;
/** `Etc/GMT+5` lies west of Greenwich: POSIX counts the other way round. */
const fixed = /^etc\/gmt([+-])(\d{1,2})$/i;

/**
 * The offsets of a zone as DuckDB names it in `TimeZone`. A name that this runtime does not know counts
 * as UTC, and is written as such.
 */
export function zoneOffset(zone: string): ZoneOffset {
  if (known.test(zone)) return () => 0;
  const hours = fixed.exec(zone);
  if (hours !== null) {
    const offset = Number(hours[2]) * 3600 * (hours[1] === '+' ? -1 : 1);
    return () => offset;
  }
  const clock = zoneClock(zone);
  return clock === null ? () => 0 : (seconds) => offsetAt(clock, seconds);
}

function zoneClock(zone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** What a clock on the wall shows, less what it shows in Greenwich. */
function offsetAt(clock: Intl.DateTimeFormat, seconds: number): number {
  const moment = new Date(seconds * 1000);
  if (Number.isNaN(moment.getTime())) return 0;
  const parts = new Map(clock.formatToParts(moment).map(({ type, value }) => [type, value]));
  const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
  const year = parts.get('era') === 'BC' ? 1 - number('year') : number('year');
  const wall = new Date(0);
  wall.setUTCFullYear(year, number('month') - 1, number('day'));
  wall.setUTCHours(number('hour'), number('minute'), number('second'));
  return Math.round(wall.getTime() / 1000) - seconds;
}
