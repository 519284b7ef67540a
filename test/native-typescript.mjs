// Threads run the sources as they are: an import of `x.js` is `x.ts` where only that exists.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';

const sources = new URL('../src/', import.meta.url).href;
const isOwn = (url) => url.startsWith(sources);
const cache = new URL('../node_modules/.cache/native-typescript/', import.meta.url);
mkdirSync(cache, { recursive: true });

registerHooks({
  resolve(specifier, context, next) {
    const isRelative = /^(?:\.|file:).*\.js$/.test(specifier);
    if (isRelative) {
      const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
      if (isOwn(source.href) && existsSync(fileURLToPath(source))) return next(source.href, context);
    }
    return next(specifier, context);
  },
  // constructor parameters that are properties are more than types, which is all that Node takes away itself
  load(url, context, next) {
    if (!isOwn(url) || !url.endsWith('.ts')) return next(url, context);
    const source = readFileSync(fileURLToPath(url), 'utf8');
    return { format: 'module', source: transformed(source), shortCircuit: true };
  },
});

/** Each thread would start the compiler, which takes longer than most tests. */
function transformed(source) {
  const known = new URL(`${createHash('sha256').update(source).digest('hex')}.mjs`, cache);
  if (existsSync(known)) return readFileSync(known, 'utf8');
  const code = stripTypeScriptTypes(source, { mode: 'transform' });
  const written = new URL(`${known.href}.${process.pid}.${Math.random()}`);
  writeFileSync(written, code);
  renameSync(written, known);
  return code;
}
