// JSON Schemas for kubeconform, one for each kind, made of what the API server and the CRDs themselves publish.
// kubeconform's own come from a place on the network and lag behind; these refuse unknown fields.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const schema = z.record(z.string(), z.unknown());
type Schema = z.infer<typeof schema>;

const swagger = z.object({ definitions: z.record(z.string(), schema) });
const kinds = z.array(z.object({ group: z.string(), kind: z.string(), version: z.string() })).default([]);

const definition = z.object({
  spec: z.object({
    group: z.string(),
    names: z.object({ kind: z.string() }),
    versions: z.array(z.object({ name: z.string(), schema: z.object({ openAPIV3Schema: schema }) })),
  }),
});

/** The file that holds what the schemas of the built-in kinds share. */
const SHARED = '_definitions.json';

/** What is written as text or as a number, which the published document says in words only. */
const loose: Readonly<Record<string, Schema>> = {
  'util.intstr.IntOrString': { type: ['string', 'integer'] },
  'api.resource.Quantity': { type: ['string', 'number'] },
};

/** A schema without extensions and prose, that refuses fields it does not name. */
function strict(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strict);
  const parsed = schema.safeParse(value);
  if (!parsed.success) return value;
  const source = parsed.data;
  if (source['x-kubernetes-int-or-string'] === true) return { type: ['string', 'integer'] };
  if (typeof source['$ref'] === 'string') return { $ref: `${SHARED}${source['$ref']}` };
  const kept = Object.entries(source).filter(([key]) => !key.startsWith('x-') && key !== 'description');
  const result: Schema = Object.fromEntries(
    kept.map(([key, inner]) => [key, key === 'properties' ? properties(inner) : strict(inner)]),
  );
  const isOpen = source['x-kubernetes-preserve-unknown-fields'] === true;
  if ('properties' in result && !('additionalProperties' in result) && !isOpen) {
    result['additionalProperties'] = false;
  }
  return result;
}

/** Names of fields are no keywords, `description` neither. */
function properties(value: unknown): Schema {
  return Object.fromEntries(
    Object.entries(schema.parse(value)).map(([name, inner]) => [name, strict(inner)]),
  );
}

/** Named as kubeconform asks for it: `{{.ResourceKind}}{{.KindSuffix}}.json`. */
function fileName(kind: string, group: string, version: string): string {
  const parts = [kind.toLowerCase(), group.split('.')[0] ?? '', version];
  return `${parts.filter((part) => part !== '').join('-')}.json`;
}

/** The schemas of the API server's `swagger.json`. */
export function writeBuiltInSchemas(text: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const { definitions } = swagger.parse(JSON.parse(text));
  const all = Object.entries(definitions).map(([name, source]) => {
    const exception = Object.entries(loose).find(([end]) => name.endsWith(end));
    return [name, exception?.[1] ?? strict(source)] as const;
  });
  writeFileSync(join(folder, SHARED), JSON.stringify({ definitions: Object.fromEntries(all) }));
  for (const [name, source] of Object.entries(definitions)) {
    const [only, ...others] = kinds.parse(source['x-kubernetes-group-version-kind']);
    // several: helpers such as DeleteOptions
    if (only === undefined || others.length > 0) continue;
    const file = join(folder, fileName(only.kind, only.group, only.version));
    writeFileSync(file, JSON.stringify({ $ref: `${SHARED}#/definitions/${name}` }));
  }
}

/** The schemas of a custom resource definition, one for each version. */
export function writeCustomSchemas(text: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const { group, names, versions } = definition.parse(parse(text)).spec;
  for (const version of versions) {
    const file = join(folder, fileName(names.kind, group, version.name));
    writeFileSync(file, JSON.stringify(strict(version.schema.openAPIV3Schema)));
  }
}
