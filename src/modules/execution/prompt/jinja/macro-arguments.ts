import type { Signature } from './nodes.js';
import { TemplateError } from './template-errors.js';
import { Dict, Tuple, Undefined, type CallArguments } from './values.js';
import type { Variables } from './variables.js';

/**
 * Sets `varargs`, `kwargs` and `caller`, where the macro's body mentions them.
 * @throws TemplateError for arguments that the macro does not take
 */
export function bindSpecial(
  macro: string,
  signature: Signature,
  args: CallArguments,
  place: { readonly uses: ReadonlySet<string>; readonly variables: Variables },
): void {
  const { uses, variables } = place;
  const named = new Map([...args.named].filter(([name]) => !signature.parameters.includes(name)));
  const rest = args.positional.slice(signature.parameters.length);
  if (uses.has('caller') && !signature.parameters.includes('caller')) {
    variables.set('caller', named.get('caller') ?? new Undefined('No caller defined'));
    named.delete('caller');
  }
  const [surplus] = named.keys();
  if (uses.has('kwargs')) variables.set('kwargs', Dict.of(named));
  else if (surplus !== undefined)
    throw new TemplateError(`macro '${macro}' takes no keyword argument '${surplus}'`);
  if (uses.has('varargs')) variables.set('varargs', new Tuple(rest));
  else if (rest.length > 0) {
    throw new TemplateError(
      `macro '${macro}' takes not more than ${signature.parameters.length} argument(s)`,
    );
  }
}
