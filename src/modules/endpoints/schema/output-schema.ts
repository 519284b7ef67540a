import type { Policies } from '../../../common/domain/endpoint.js';
import type { JsonObject, JsonValue } from '../../../common/domain/json.js';
import type { TypeNode } from '../../../common/domain/type-node.js';
import { changesOf, fieldChanges, type FieldChanges } from './field-changes.js';
import { setMember, type Members } from './json-members.js';

/** What output rules may change in the part of a result that is described. */
interface Changes {
  readonly fields: readonly FieldChanges[];
  /** `filter_sensitive_fields` is among the actions. */
  readonly sensitive: boolean;
}

/**
 * JSON Schema 2020-12 that every `structuredContent` of the endpoint fulfils: what is checked and nothing
 * else (endpoints.md §2.7), null everywhere below the root, relaxed for what policies may remove or mask
 * (policies.md §8). Formats are left out: the check of `email`, `uri` and `duration` is looser than the one
 * clients make.
 */
export function outputSchema(returns: TypeNode, policies: Policies | null): JsonObject {
  const rules = policies?.output ?? [];
  const changes: Changes = {
    fields: [fieldChanges(rules)],
    sensitive: rules.some(({ action }) => action === 'filter_sensitive_fields'),
  };
  if (returns.type !== 'object') {
    return { type: 'object', properties: { result: nodeSchema(returns, changes) }, required: ['result'] };
  }
  const { required, ...schema } = nodeSchema(returns, changes);
  // an object that is withheld as a whole leaves one without members
  const canBeEmpty = required === undefined || (returns.sensitive && changes.sensitive);
  return { ...schema, type: 'object', ...(canBeEmpty ? {} : { required }) };
}

function nodeSchema(node: TypeNode, changes: Changes): JsonObject {
  return { ...describedBy(node), ...keywords(node, changes) };
}

function describedBy(node: TypeNode): JsonObject {
  return node.description === undefined ? {} : { description: node.description };
}

function keywords(node: TypeNode, changes: Changes): Members {
  const schema: Members = { type: [node.type, 'null'] };
  const add = (keyword: string, limit: number | undefined): void => {
    if (limit !== undefined && Number.isFinite(limit)) schema[keyword] = limit;
  };
  switch (node.type) {
    case 'string':
      add('minLength', node.minLength);
      add('maxLength', node.maxLength);
      break;
    case 'number':
    case 'integer':
      add('minimum', node.minimum);
      add('maximum', node.maximum);
      break;
    case 'array':
      if (node.items !== undefined) schema['items'] = nodeSchema(node.items, changes);
      if (!(changes.sensitive && node.items?.sensitive === true)) add('minItems', node.minItems);
      add('maxItems', node.maxItems);
      break;
    case 'object':
      addProperties(schema, node, changes);
      break;
    case 'boolean':
  }
  return schema;
}

function addProperties(schema: Members, node: TypeNode, changes: Changes): void {
  const removable = new Set<string>();
  const properties: Members = {};
  for (const [name, property] of Object.entries(node.properties ?? {})) {
    const own = changesOf(name, changes.fields);
    const isMasked = own.some(({ masked }) => masked);
    // what was masked no longer has its declared shape, for which it is withheld as well
    if (changes.sensitive && (property.sensitive || isMasked)) removable.add(name);
    setMember(properties, name, propertySchema(property, own, changes));
  }
  const required = [...new Set(node.required)].filter(
    (name) => !removable.has(name) && !changesOf(name, changes.fields).some(({ removed }) => removed),
  );
  if (node.properties !== undefined) schema['properties'] = properties;
  if (required.length > 0) schema['required'] = required;
  if (!node.additionalProperties) schema['additionalProperties'] = false;
}

function propertySchema(node: TypeNode, own: readonly FieldChanges[], changes: Changes): JsonValue {
  const original = keywords(node, { ...changes, fields: own });
  if (!own.some(({ masked }) => masked)) return { ...describedBy(node), ...original };
  return { ...describedBy(node), anyOf: [original, { type: 'string' }] };
}
