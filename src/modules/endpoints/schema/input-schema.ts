import {
  isJsonObject,
  jsonKind,
  objectOf,
  type JsonObject,
  type JsonValue,
} from '../../../common/domain/json.js';
import type { Parameter, TypeName, TypeNode } from '../../../common/domain/type-node.js';
import { atParameter } from './coercer.js';
import { enumValues } from './enum-values.js';
import { refused } from './input-findings.js';
import { setMember, type Members } from './json-members.js';

/**
 * The arguments as JSON Schema 2020-12 (endpoints.md §4.2): required parameters first, then the optional
 * ones, each in the order of the definition. Undeclared arguments are left open.
 */
export function inputSchema(parameters: readonly Parameter[]): JsonObject {
  const required = parameters.filter((parameter) => parameter.default === undefined);
  const optional = parameters.filter((parameter) => parameter.default !== undefined);
  const properties = [...required, ...optional].map(
    (parameter) => [parameter.name, nodeSchema(parameter)] as const,
  );
  return {
    type: 'object',
    properties: objectOf(properties),
    ...(required.length === 0 ? {} : { required: [...new Set(required.map(({ name }) => name))] }),
  };
}

/** Says what is enforced, and only with keywords that the type knows. */
function nodeSchema(node: TypeNode): JsonObject {
  const schema: Members = { type: node.default === null ? [node.type, 'null'] : node.type };
  if (node.description !== undefined) schema['description'] = node.description;
  const values = advertisedEnum(node);
  if (values !== null) schema['enum'] = values;
  addKeywords(schema, node);
  if (node.default !== undefined) schema['default'] = node.default;
  if (node.examples !== undefined) schema['examples'] = node.examples;
  if (node.mcpHeader !== undefined) schema['x-mcp-header'] = node.mcpHeader;
  return schema;
}

function addKeywords(schema: Members, node: TypeNode): void {
  switch (node.type) {
    case 'string':
      if (node.format !== undefined && node.format !== 'timestamp') schema['format'] = node.format;
      if (node.pattern !== undefined && isEcmaPattern(node.pattern)) schema['pattern'] = node.pattern;
      addNumbers(schema, node, ['minLength', 'maxLength']);
      return;
    case 'integer':
    case 'number':
      addNumbers(schema, node, ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum']);
      if (node.multipleOf) schema['multipleOf'] = Math.abs(node.multipleOf);
      return;
    case 'array':
      if (node.items !== undefined) schema['items'] = nodeSchema(node.items);
      addNumbers(schema, node, ['minItems', 'maxItems']);
      if (node.uniqueItems === true) schema['uniqueItems'] = true;
      return;
    case 'object':
      addObjectKeywords(schema, node);
      return;
    case 'boolean':
  }
}

function addObjectKeywords(schema: Members, node: TypeNode): void {
  if (node.properties !== undefined) {
    const properties: Members = {};
    for (const [name, property] of Object.entries(node.properties)) {
      setMember(properties, name, nodeSchema(property));
    }
    schema['properties'] = properties;
  }
  const required = [...new Set(node.required)];
  if (required.length > 0) schema['required'] = required;
  if (!node.additionalProperties) schema['additionalProperties'] = false;
}

type NumberKeyword = {
  [K in keyof TypeNode]-?: TypeNode[K] extends number | undefined ? K : never;
}[keyof TypeNode];

function addNumbers(schema: Members, node: TypeNode, keywords: readonly NumberKeyword[]): void {
  for (const keyword of keywords) {
    const limit = node[keyword];
    if (limit !== undefined && Number.isFinite(limit)) schema[keyword] = limit;
  }
}

/** The values a caller may send, in the declared type; null only where it is the default. */
function advertisedEnum(node: TypeNode): readonly JsonValue[] | null {
  const values = enumValues(node, atParameter);
  if (values === null) return null;
  const fitting = values.flatMap(({ written, converted }) => {
    if (fitsType(written, node.type)) return [written];
    return converted === refused || converted === null ? [] : [converted];
  });
  return node.default === null ? [...fitting, null] : fitting;
}

function fitsType(value: JsonValue, type: TypeName): boolean {
  const kind = jsonKind(value);
  return (
    kind === type || (type === 'number' && kind === 'integer') || (type === 'object' && isJsonObject(value))
  );
}

/** Clients read patterns in ECMA's dialect and refuse a whole tool over one that is not. */
function isEcmaPattern(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
}
