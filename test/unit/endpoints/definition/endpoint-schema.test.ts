import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { endpointDocument } from '../../../../src/modules/endpoints/definition/endpoint-schema.js';

const schema = z.toJSONSchema(endpointDocument, { io: 'input' });

/** The keys that an editor would offer for one kind. */
function keysOf(kind: string): string[] {
  const found = z
    .object({ properties: z.record(z.string(), z.object({ anyOf: z.array(z.unknown()) })) })
    .parse({ properties: { [kind]: schema.properties?.[kind] } }).properties[kind]?.anyOf[0];
  return Object.keys(z.object({ properties: z.record(z.string(), z.unknown()) }).parse(found).properties);
}

describe('endpointDocument', () => {
  it('converts to a JSON Schema for editors', () => {
    expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
    expect(Object.keys(schema.properties ?? {})).toEqual(['mxcp', 'tool', 'resource', 'prompt', 'metadata']);
    expect(schema.properties?.['mxcp']).toMatchObject({ type: 'integer' });
  });

  it('declares the keys of each kind and no others', () => {
    const last = ['enabled', 'policies', 'tests', 'title', 'icons', 'limits', 'cache'];
    expect(keysOf('tool')).toEqual([
      ...['name', 'description', 'tags', 'annotations', 'parameters', 'return', 'language', 'source'],
      ...last,
    ]);
    expect(keysOf('resource')).toEqual([
      ...['name', 'uri', 'description', 'tags', 'parameters', 'return', 'language', 'source', 'mime_type'],
      ...last,
    ]);
    expect(keysOf('prompt')).toEqual([
      ...['name', 'description', 'tags', 'parameters', 'return', 'messages'],
      ...last,
    ]);
  });
});
