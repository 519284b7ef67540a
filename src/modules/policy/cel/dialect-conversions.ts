import { celFunc, CelScalar, objectType, type CelFunc, type CelUint } from '@bufbuild/cel';
import { create, fromJson } from '@bufbuild/protobuf';
import { DurationSchema, TimestampSchema, type Duration, type Timestamp } from '@bufbuild/protobuf/wkt';
import { intOf, uintOf } from './dialect-numbers.js';
import { RuleEvaluationError } from './rule-evaluation-error.js';

const { DOUBLE, INT, STRING, UINT } = CelScalar;
const TIMESTAMP = objectType(TimestampSchema);
const DURATION = objectType(DurationSchema);

/**
 * Conversions from text, which the library does with JavaScript's lenience (`int('')` was 0, `double('x')`
 * NaN) and without celpy's extensions: hexadecimal integers, dates without a time, days in durations.
 */
export const conversions: readonly CelFunc[] = [
  celFunc('int', [STRING], INT, textToInt),
  celFunc('uint', [STRING], UINT, textToUint),
  celFunc('double', [STRING], DOUBLE, textToDouble),
  celFunc('timestamp', [STRING], TIMESTAMP, textToTimestamp),
  celFunc('timestamp', [INT], TIMESTAMP, secondsToTimestamp),
  celFunc('duration', [STRING], DURATION, textToDuration),
];

function textToInt(text: string): bigint {
  const [, sign, digits] = /^([+-]?)(\d+|0[xX][\da-fA-F]+)$/.exec(text) ?? [];
  if (digits === undefined) throw new RuleEvaluationError('text is not an integer');
  return intOf(sign === '-' ? -BigInt(digits) : BigInt(digits));
}

function textToUint(text: string): CelUint {
  if (!/^(?:\d+|0[xX][\da-fA-F]+)$/.test(text)) throw new RuleEvaluationError('text is not an integer');
  return uintOf(BigInt(text));
}

function textToDouble(text: string): number {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return Number(text);
  const [, sign, word] = /^([+-]?)(inf|infinity|nan)$/i.exec(text) ?? [];
  if (word === undefined) throw new RuleEvaluationError('text is not a number');
  if (word.toLowerCase() === 'nan') return NaN;
  return sign === '-' ? -Infinity : Infinity;
}

const instant = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d:\d\d(?:\.\d{1,9})?)([Zz]|[+-]\d\d:\d\d)?)?$/;

/** RFC 3339; a date alone is its midnight, and a time without an offset is UTC. */
function textToTimestamp(text: string): Timestamp {
  const [, date, time = '00:00:00', offset = 'Z'] = instant.exec(text) ?? [];
  if (date === undefined) throw new RuleEvaluationError('text is not a timestamp');
  return fromJson(TimestampSchema, `${date}T${time}${offset.toUpperCase()}`);
}

/** Years 1 to 9999, as the standard bounds timestamps. */
function secondsToTimestamp(seconds: bigint): Timestamp {
  if (seconds < -62_135_596_800n || seconds > 253_402_300_799n) {
    throw new RuleEvaluationError('timestamp overflow');
  }
  return create(TimestampSchema, { seconds });
}

const NANOS_PER_SECOND = 1_000_000_000n;

/** Nanoseconds of each unit; `d` is celpy's. */
const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  ms: 1_000_000n,
  s: NANOS_PER_SECOND,
  m: 60n * NANOS_PER_SECOND,
  h: 3_600n * NANOS_PER_SECOND,
  d: 86_400n * NANOS_PER_SECOND,
};

const durationText = /^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h|d))+)$/;
const durationPart = /(\d*)\.?(\d*)(ns|us|µs|ms|s|m|h|d)/g;

function textToDuration(text: string): Duration {
  if (text.length > 128 || !durationText.test(text)) throw new RuleEvaluationError('text is not a duration');
  let nanos = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of text.matchAll(durationPart)) {
    const size = units[unit] ?? 0n;
    nanos += BigInt(whole || 0) * size + (BigInt(fraction || 0) * size) / 10n ** BigInt(fraction.length);
  }
  const signed = intOf(text.startsWith('-') ? -nanos : nanos);
  return create(DurationSchema, {
    seconds: signed / NANOS_PER_SECOND,
    nanos: Number(signed % NANOS_PER_SECOND),
  });
}
