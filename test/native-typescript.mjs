// Threads run the sources as they are: an import of `x.js` is `x.ts` where only that exists.
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

registerHooks({
  resolve(specifier, context, next) {
    if (/^\..*\.js$/.test(specifier) && context.parentURL?.startsWith('file:')) {
      const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
      if (!source.pathname.includes('/node_modules/') && existsSync(fileURLToPath(source))) {
        return next(source.href, context);
      }
    }
    return next(specifier, context);
  },
});
