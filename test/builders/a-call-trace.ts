import { globSync } from 'node:fs';
import { basename, resolve } from 'node:path';

type Work = (...args: unknown[]) => unknown;

/** One call of a method, and the source file that the call stands in. */
interface Step {
  readonly from: string;
  /** Class and method, as documents write them: `EndpointPipeline.call`. */
  readonly to: string;
}

const sources = globSync('src/**/*.ts');

/** `DuckDbExecutor` and `duckdb-executor` are the same. */
const plain = (name: string): string => name.replaceAll('-', '').toLowerCase();

/** Notes which of the methods it watches are called, in their order; each must exist. */
export class CallTrace {
  #steps: Step[] = [];
  readonly #undo: (() => void)[] = [];

  /** @param methods as documents write them */
  static async of(methods: Iterable<string>): Promise<CallTrace> {
    const trace = new CallTrace();
    for (const method of new Set(methods)) await trace.#watch(method);
    return trace;
  }

  /** Class and method of every step since `clear`. */
  get methods(): readonly string[] {
    return this.#steps.map(({ to }) => to);
  }

  /** The steps to these methods in the words of a Mermaid sequence diagram, classes named as in the list. */
  messages(participants: readonly string[], methods: readonly string[]): readonly string[] {
    const steps = this.#steps.filter(({ to }) => methods.includes(to));
    return steps.map(({ from, to }) => {
      const caller = participants.find((name) => plain(name) === plain(from)) ?? from;
      return `${caller}->>${to.replace('.', ': ')}`;
    });
  }

  clear(): void {
    this.#steps = [];
  }

  restore(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }

  /** Adds a step to what is called so, from the file that is calling. */
  note(to: string): void {
    this.#steps.push({ from: callingFile(), to });
  }

  async #watch(method: string): Promise<void> {
    const [className = '', name = ''] = method.split('.');
    const prototype = await prototypeOf(className);
    const property = Object.getOwnPropertyDescriptor(prototype, name);
    if (typeof property?.value !== 'function') throw new TypeError(`There is no method ${method}`);
    const work = property.value as Work;
    const note = (): void => {
      this.note(method);
    };
    const noted = function (this: unknown, ...args: unknown[]): unknown {
      note();
      return work.apply(this, args);
    };
    Object.defineProperty(prototype, name, { ...property, value: noted });
    this.#undo.push(() => void Object.defineProperty(prototype, name, property));
  }
}

async function prototypeOf(className: string): Promise<object> {
  for (const source of sources.filter((path) => plain(basename(path, '.ts')) === plain(className))) {
    const module = (await import(resolve(source))) as Record<string, unknown>;
    const found = module[className];
    if (typeof found === 'function') return found.prototype as object;
  }
  throw new TypeError(`There is no class ${className} in a file of its name`);
}

/** The file of the product from which the noted function was called, without its ending. */
function callingFile(): string {
  const frames = new Error('where').stack?.split('\n') ?? [];
  return frames.map((frame) => /\/src\/(?:.*\/)?([\w.-]+)\.ts/.exec(frame)?.[1]).find(Boolean) ?? '';
}
