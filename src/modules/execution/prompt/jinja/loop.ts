import { isEqual } from './operators.js';
import { TemplateError } from './template-errors.js';
import { Callable, Tuple, Undefined, type CallArguments, type Value } from './values.js';

/** The `loop` of a `for`; calling it renders the body for another sequence where the loop is recursive. */
export class Loop extends Callable {
  index = 0;
  #changed: Value | null = null;

  constructor(
    private readonly items: readonly Value[],
    private readonly depth: number,
    recurse: ((items: Value, depth: number) => Value) | null,
  ) {
    super(
      'loop',
      (args) => {
        if (recurse === null) {
          throw new TemplateError("The loop must have the 'recursive' marker to be called recursively.");
        }
        return recurse(args.positional[0] ?? null, depth + 1);
      },
      'LoopContext',
    );
  }

  override attribute(name: string): Value | undefined {
    const { length } = this.items;
    switch (name) {
      case 'index':
        return BigInt(this.index + 1);
      case 'index0':
        return BigInt(this.index);
      case 'revindex':
        return BigInt(length - this.index);
      case 'revindex0':
        return BigInt(length - this.index - 1);
      case 'first':
        return this.index === 0;
      case 'last':
        return this.index === length - 1;
      case 'length':
        return BigInt(length);
      case 'depth':
        return BigInt(this.depth + 1);
      case 'depth0':
        return BigInt(this.depth);
      case 'previtem':
        return this.items[this.index - 1] ?? new Undefined('there is no previous item');
      case 'nextitem':
        return this.items[this.index + 1] ?? new Undefined('there is no next item');
      case 'cycle':
        return new Callable('cycle', (args) => this.cycle(args));
      case 'changed':
        return new Callable('changed', (args) => this.changed(args));
      default:
        return undefined;
    }
  }

  private cycle(args: CallArguments): Value {
    const item = args.positional[this.index % args.positional.length];
    if (item === undefined) throw new TemplateError('no items for cycling given');
    return item;
  }

  private changed(args: CallArguments): boolean {
    const value = new Tuple(args.positional);
    if (this.#changed !== null && isEqual(this.#changed, value)) return false;
    this.#changed = value;
    return true;
  }
}
