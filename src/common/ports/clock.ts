export abstract class Clock {
  abstract now(): Date;

  /** Milliseconds from an arbitrary start, with fractions; never goes back. */
  abstract monotonicMs(): number;
}
