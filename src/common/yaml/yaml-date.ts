/** An unquoted YAML 1.1 date or timestamp; a string field refuses it, everything else takes its ISO text. */
export class YamlDate {
  constructor(readonly iso: string) {}
}

const pattern =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?(?:[ \t]*(Z|[-+]\d\d?(?::?\d\d)?))?)?$/;

/** `2024-01-31`, `2024-01-31T10:00:00.5+02:00`; null when the text is no such date. */
export function yamlDate(text: string): YamlDate | null {
  const match = pattern.exec(text);
  if (match === null) return null;
  const [, year = '', month = '', day = '', hour, minute = '', second = '', fraction, zone] = match;
  const date = `${year}-${pad(month)}-${pad(day)}`;
  if (hour === undefined) return /^\d{4}-\d\d-\d\d$/.test(text) ? new YamlDate(date) : null;
  const digits = (fraction ?? '').slice(0, 6).padEnd(6, '0');
  const fractionText = Number(digits) === 0 ? '' : `.${digits}`;
  return new YamlDate(`${date}T${pad(hour)}:${minute}:${second}${fractionText}${offset(zone)}`);
}

function pad(digits: string): string {
  return digits.padStart(2, '0');
}

function offset(zone: string | undefined): string {
  if (zone === undefined) return '';
  if (zone === 'Z') return '+00:00';
  const [hours = '', minutes = '00'] = zone.slice(1).includes(':')
    ? zone.slice(1).split(':')
    : [zone.slice(1, 3), zone.slice(3) || '00'];
  return `${zone.charAt(0)}${pad(hours)}:${minutes}`;
}
