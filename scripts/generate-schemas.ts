// Writes config/schema/ from the built product, for editors; `--check` compares instead.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';
import { z } from 'zod';
import type * as endpointSchema from '../src/modules/endpoints/definition/endpoint-schema.js';
import type * as siteConfig from '../src/modules/config/site-config.js';
import type * as userConfig from '../src/modules/config/user-config.js';

// by a path that is computed: types are checked before anything is built
const built = (path: string): Promise<unknown> =>
  import(new URL(`../dist/modules/${path}`, import.meta.url).href);
const { siteDocument } = (await built('config/site-config.js')) as typeof siteConfig;
const { userDocument } = (await built('config/user-config.js')) as typeof userConfig;
const { endpointDocument } = (await built(
  'endpoints/definition/endpoint-schema.js',
)) as typeof endpointSchema;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'config', 'schema');

/** Kinds that may also be written as text: quoted words and numbers, and `${VAR}` in configuration files. */
const scalars = new Set(['boolean', 'integer', 'number']);

async function schemaText(title: string, document: z.ZodType): Promise<string> {
  const schema = z.toJSONSchema(document, {
    io: 'input',
    override: ({ jsonSchema }) => {
      if (typeof jsonSchema.type !== 'string' || !scalars.has(jsonSchema.type)) return;
      if ('const' in jsonSchema || 'enum' in jsonSchema) return;
      // the schema of JSON Schema has lists of types here, zod's type of it has not
      Object.assign(jsonSchema, { type: [jsonSchema.type, 'string'] });
    },
  });
  return prettier.format(JSON.stringify({ title, ...schema }), { parser: 'json', printWidth: 110 });
}

const files: Readonly<Record<string, string>> = {
  'mxcp-site.schema.json': await schemaText('MXCP project file: mxcp-site.yml', siteDocument),
  'mxcp-config.schema.json': await schemaText('MXCP user file: ~/.mxcp/config.yml', userDocument),
  'endpoint.schema.json': await schemaText('MXCP tool, resource or prompt', endpointDocument),
};

const stale = Object.entries(files).filter(([name, text]) => {
  const path = join(folder, name);
  return !existsSync(path) || readFileSync(path, 'utf8') !== text;
});
if (process.argv.includes('--check')) {
  for (const [name] of stale) console.error(`config/schema/${name} is stale: run npm run generate`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of stale) writeFileSync(join(folder, name), text);
}
