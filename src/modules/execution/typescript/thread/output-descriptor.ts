import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const STANDARD_OUTPUT = 1;
const STANDARD_ERROR = 2;

/** What takes a descriptor first and writes to it. */
const writers = [
  'appendFile',
  'appendFileSync',
  'write',
  'writeFile',
  'writeFileSync',
  'writeSync',
  'writev',
  'writevSync',
] as const;

/**
 * Turns what author code writes to the descriptor of standard output, past its stream, to standard error: over
 * stdio the former carries the protocol. Of this thread only; each has its own `node:fs`.
 */
export function divertOutputDescriptor(): void {
  for (const name of writers) {
    const diverted = new Proxy(fs[name], {
      apply: (write, self, [target, ...rest]: readonly unknown[]) =>
        Reflect.apply(write, self, [
          target === STANDARD_OUTPUT ? STANDARD_ERROR : target,
          ...rest,
        ]) as unknown,
    });
    Object.assign(fs, { [name]: diverted });
  }
  syncBuiltinESMExports();
}
