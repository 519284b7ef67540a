import type { Parameter, TypeNode } from '../../common/domain/type-node.js';
import type { ParameterDocument, TypeNodeDocument } from './definition/type-node-schema.js';
import { present } from './present.js';

/** A type node as the rest of the product knows it; keys written as null count as absent. */
export function compileTypeNode(node: TypeNodeDocument): TypeNode {
  const { items, properties, additionalProperties, sensitive = false, 'x-mcp-header': mcpHeader } = node;
  const constraints = present({
    format: node.format,
    description: node.description,
    examples: node.examples,
    enum: node.enum,
    minLength: node.minLength,
    maxLength: node.maxLength,
    pattern: node.pattern,
    minimum: node.minimum,
    maximum: node.maximum,
    exclusiveMinimum: node.exclusiveMinimum,
    exclusiveMaximum: node.exclusiveMaximum,
    multipleOf: node.multipleOf,
    minItems: node.minItems,
    maxItems: node.maxItems,
    uniqueItems: node.uniqueItems,
    required: node.required,
    mcpHeader,
  });
  return {
    type: node.type,
    ...constraints,
    ...('default' in node ? { default: node.default ?? null } : {}),
    sensitive,
    ...(items == null ? {} : { items: compileTypeNode(items) }),
    ...(properties == null ? {} : { properties: compileProperties(properties) }),
    // an explicit null closes the object, as existing projects know it
    additionalProperties: additionalProperties === undefined || (additionalProperties ?? false),
  };
}

export function compileParameter(document: ParameterDocument): Parameter {
  return { name: document.name, ...compileTypeNode(document) };
}

function compileProperties(properties: Readonly<Record<string, TypeNodeDocument>>) {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, compileTypeNode(property)]),
  );
}
