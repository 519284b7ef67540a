import { TemplateError } from './template-errors.js';
import { numberOf } from './operators.js';
import { textOf, typeName, Undefined, type CallArguments, type Value } from './values.js';

/** The arguments of one call by parameter name, read with Python's rules. */
export class Bound {
  readonly #values = new Map<string, Value>();

  /** @throws TemplateError for arguments that the function does not take */
  constructor(
    private readonly functionName: string,
    args: CallArguments,
    parameters: readonly string[],
  ) {
    if (args.positional.length > parameters.length) {
      throw new TemplateError(
        `${functionName}() takes at most ${parameters.length} arguments (${args.positional.length} given)`,
      );
    }
    args.positional.forEach((value, at) => this.#values.set(parameters[at] ?? '', value));
    for (const [name, value] of args.named) {
      if (!parameters.includes(name)) {
        throw new TemplateError(`${functionName}() got an unexpected keyword argument '${name}'`);
      }
      if (this.#values.has(name)) {
        throw new TemplateError(`${functionName}() got multiple values for argument '${name}'`);
      }
      this.#values.set(name, value);
    }
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  value(name: string): Value | undefined {
    return this.#values.get(name);
  }

  required(name: string): Value {
    const value = this.#values.get(name);
    if (value === undefined) {
      throw new TemplateError(`${this.functionName}() missing 1 required positional argument: '${name}'`);
    }
    return value;
  }

  /** An integer; True and False count as 1 and 0. */
  integer(name: string, otherwise: bigint): bigint {
    const value = this.#values.get(name);
    return value === undefined ? otherwise : integerOf(value);
  }

  text(name: string, otherwise?: string): string {
    const value = otherwise === undefined ? this.required(name) : this.#values.get(name);
    if (value === undefined) return otherwise ?? '';
    const text = textOf(value);
    if (text !== null) return text;
    if (value instanceof Undefined) value.fail();
    throw new TemplateError(`${this.functionName}() argument must be str, not ${typeName(value)}`);
  }
}

/** @throws TemplateError as Python words it for what is no integer */
export function integerOf(value: Value): bigint {
  const number = numberOf(value);
  if (typeof number === 'bigint') return number;
  if (value instanceof Undefined) value.fail();
  throw new TemplateError(`'${typeName(value)}' object cannot be interpreted as an integer`);
}
