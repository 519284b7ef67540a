import { Bound, integerOf } from './arguments.js';
import { pairsOf } from './container-methods.js';
import { TemplateError } from './template-errors.js';
import {
  Callable,
  Dict,
  Namespace,
  PyObject,
  type Attributed,
  Range,
  textOf,
  type CallArguments,
  type Value,
} from './values.js';
import type { Work } from './work.js';

/** `cycler('a', 'b')`. */
class Cycler extends PyObject implements Attributed {
  readonly typeName = 'Cycler';
  #at = 0;

  constructor(private readonly items: readonly Value[]) {
    super();
    if (items.length === 0) throw new TemplateError('at least one item has to be provided');
  }

  attribute(name: string): Value | undefined {
    if (name === 'current') return this.current();
    if (name === 'next') {
      return new Callable('next', () => {
        const item = this.current();
        this.#at = (this.#at + 1) % this.items.length;
        return item;
      });
    }
    if (name !== 'reset') return undefined;
    return new Callable('reset', () => {
      this.#at = 0;
      return null;
    });
  }

  private current(): Value {
    return this.items[this.#at] ?? null;
  }
}

function range(args: CallArguments): Value {
  const [first, second, step] = args.positional.map(integerOf);
  if (first === undefined) throw new TemplateError('range expected at least 1 argument, got 0');
  return second === undefined ? new Range(0n, first, 1n) : new Range(first, second, step ?? 1n);
}

function dict(args: CallArguments, work: Work): Dict {
  const made = new Dict();
  for (const given of args.positional) for (const [key, value] of pairsOf(given, work)) made.set(key, value);
  for (const [name, value] of args.named) made.set(name, value);
  return made;
}

function namespace(args: CallArguments, work: Work): Value {
  const members = dict(args, work).entries();
  return new Namespace(new Map(members.map(([key, value]) => [textOf(key) ?? '', value] as const)));
}

function joiner(args: CallArguments): Value {
  const separator = new Bound('joiner', args, ['sep']).text('sep', ', ');
  let isUsed = false;
  const join = (): Value => {
    const text = isUsed ? separator : '';
    isUsed = true;
    return text;
  };
  return new Callable('joiner', join, 'Joiner');
}

/** Names that every template knows. `lipsum` is known and refused: its text is random. */
export const globals: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['range', new Callable('range', range, 'type')],
  ['dict', new Callable('dict', dict, 'type')],
  ['namespace', new Callable('namespace', namespace, 'type')],
  ['cycler', new Callable('cycler', (args) => new Cycler(args.positional), 'type')],
  ['joiner', new Callable('joiner', joiner, 'type')],
]);
