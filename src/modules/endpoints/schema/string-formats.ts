import type { StringFormat } from '../../../common/domain/type-node.js';
import type { Reading } from './calendar.js';
import { readDate, readDateTime, readTime, readTimestamp } from './date-time-formats.js';

/** Reads a text in one format. @param shown how messages show the text */
type FormatReader = (text: string, shown: string) => Reading;

const email = /^[^@]+@[^@]+\.[^@]+/;
const uri = /^[a-zA-Z][a-zA-Z0-9+.-]*:/;
const duration = /^P(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+S)?)?$/;
const printedDuration =
  /^-?P(?:-?\d+Y)?(?:-?\d+M)?(?:-?\d+W)?(?:-?\d+D)?(?:T(?:-?\d+H)?(?:-?\d+M)?(?:-?\d+(?:\.\d+)?S)?)?$/;

/** What arguments of each format are read as (endpoints.md §2.3). */
export const formatReaders: Readonly<Record<StringFormat, FormatReader>> = {
  date: readDate,
  time: readTime,
  'date-time': readDateTime,
  timestamp: readTimestamp,
  email: asGiven(email, 'Invalid email format'),
  uri: asGiven(uri, 'Invalid URI format'),
  duration: asGiven(duration, 'Invalid duration format'),
};

/**
 * The formats that results are checked for (endpoints.md §2.7), with the text of a failure. Durations
 * may have the sign and fraction that an INTERVAL prints with.
 */
export const outputFormats: Readonly<Partial<Record<StringFormat, { test: RegExp; failure: string }>>> = {
  email: { test: email, failure: 'Invalid email format' },
  uri: { test: uri, failure: 'Invalid URI format' },
  duration: { test: printedDuration, failure: 'Invalid duration format' },
};

function asGiven(test: RegExp, failure: string): FormatReader {
  return (text, shown) => (test.test(text) ? { text } : { reason: `${failure}: ${shown}` });
}
