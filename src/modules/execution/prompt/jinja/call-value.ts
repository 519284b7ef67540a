import { TemplateError } from './template-errors.js';
import { Callable, typeName, Undefined, type CallArguments, type Value } from './values.js';
import type { Work } from './work.js';

/**
 * Calls a Python object.
 * @throws TemplateError for what cannot be called
 */
export function callValue(callee: Value, args: CallArguments, work: Work): Value {
  work.spend(1);
  if (callee instanceof Callable) return work.nested(() => callee.call(args, work));
  if (callee instanceof Undefined) return callee.fail();
  throw new TemplateError(`'${typeName(callee)}' object is not callable`);
}
