// Joins the modules of dist/ and of its libraries into a few files: a command starts in half the time when Node
// need not find, read and link 1,800 of them.
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'rolldown';

const built = fileURLToPath(new URL('dist/', import.meta.url));
const entry = (name: string): Record<string, string> => ({ [name]: `${built}${name}.js` });

/** Programs and threads are started by their path, so each keeps the one that it has in dist/. */
const input = {
  ...entry('main'),
  ...entry('modules/execution/duckdb/thread/thread-main'),
  ...entry('modules/execution/typescript/thread/entry'),
  ...entry('modules/execution/typescript/author/runtime'),
};

/** These load files of their own by path, are machine code, or are looked for and not installed. */
const external = [
  '@duckdb/node-bindings',
  'pino',
  'pino-http',
  'piscina',
  '@as-integrations/fastify',
  '@fastify/multipart',
  '@fastify/static',
  '@fastify/view',
  '@nestjs/microservices',
  '@nestjs/platform-express',
  '@nestjs/websockets',
  'class-transformer',
  'class-validator',
];

/** A module that finds files by its own place finds them from where it was: bundle/ lies beside dist/. */
const ownPaths: Plugin = {
  name: 'own-paths',
  transform: {
    filter: { code: 'import.meta.url' },
    handler(code, id) {
      if (!id.startsWith(built)) return null;
      const root = `import.meta.url.slice(0, import.meta.url.lastIndexOf('/bundle/') + '/bundle/'.length)`;
      const place = `new URL(${JSON.stringify(id.slice(built.length))}, ${root}).href`;
      return { code: code.replaceAll('import.meta.url', place), map: null };
    },
  },
};

export default defineConfig({
  input,
  platform: 'node',
  external: (id) => external.some((name) => id === name || id.startsWith(`${name}/`)),
  plugins: [ownPaths],
  logLevel: 'warn',
  // `depd`, below oidc-provider, makes wrappers with it
  checks: { eval: false },
  output: {
    dir: 'bundle',
    format: 'esm',
    // libraries name stored things after their classes
    keepNames: true,
    chunkFileNames: 'chunks/[name]-[hash].js',
    sourcemap: true,
  },
});
