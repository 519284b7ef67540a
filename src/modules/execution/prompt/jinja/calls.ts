import type { CallArguments, Value } from './values.js';
import type { Work } from './work.js';

/** What a filter or test may use of the rendering it runs in. */
export interface Calls {
  readonly work: Work;
  /** @throws TemplateError for a filter of no such name */
  filter(name: string, value: Value, args: CallArguments): Value;
  /** @throws TemplateError for a test of no such name */
  test(name: string, value: Value, args: CallArguments): boolean;
}

export type Filter = (value: Value, args: CallArguments, calls: Calls) => Value;
export type Test = (value: Value, args: CallArguments, calls: Calls) => boolean;
