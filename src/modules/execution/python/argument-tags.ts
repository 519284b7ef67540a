import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../common/domain/json.js';
import type { Parameter, TypeNode } from '../../../common/domain/type-node.js';
import { mappedItems, mappedMembers, plainObject, taggedPlain } from './tagged-values.js';

type Tagging = (value: JsonValue) => JsonValue;

/** What a format's text is tagged as, and the canonical texts of it; others stay text. */
const temporalTags: Readonly<Record<string, { readonly tag: string; readonly text: RegExp }>> = {
  date: { tag: '$date', text: /^\d{4}-\d\d-\d\d$/ },
  time: { tag: '$time', text: /^\d\d:\d\d:\d\d(?:\.\d{1,6})?$/ },
  'date-time': { tag: '$datetime', text: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/ },
  timestamp: { tag: '$datetime', text: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/ },
};

/**
 * How the validated arguments of an endpoint become Python's (python.md §3.1): dates and times of their formats,
 * numbers always as floats, at any depth. Made once for an endpoint; costs next to nothing where nothing changes.
 */
export function compileArguments(parameters: readonly Parameter[]): (input: JsonObject) => JsonObject {
  const taggings = new Map(parameters.map((parameter) => [parameter.name, compileNode(parameter)] as const));
  return (input) => mappedMembers(input, (name, value) => (taggings.get(name) ?? taggedPlain)(value));
}

function compileNode(node: TypeNode): Tagging {
  switch (node.type) {
    case 'number':
      return taggedFloat;
    case 'string':
      return compileText(node);
    case 'array':
      return compileItems(node);
    case 'object':
      return compileMembers(node);
    case 'integer':
    case 'boolean':
      return taggedPlain;
  }
}

function taggedFloat(value: JsonValue): JsonValue {
  const isWhole = typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
  return isWhole ? { $float: value } : taggedPlain(value);
}

function compileText({ format }: TypeNode): Tagging {
  const temporal = format === undefined ? undefined : temporalTags[format];
  if (temporal === undefined) return taggedPlain;
  const { tag, text } = temporal;
  return (value) => (typeof value === 'string' && text.test(value) ? { [tag]: value } : taggedPlain(value));
}

function compileItems({ items }: TypeNode): Tagging {
  const ofItem = items === undefined ? taggedPlain : compileNode(items);
  return (value) => (isJsonArray(value) ? mappedItems(value, ofItem) : taggedPlain(value));
}

function compileMembers({ properties }: TypeNode): Tagging {
  const taggings = new Map(
    Object.entries(properties ?? {}).map(([name, property]) => [name, compileNode(property)] as const),
  );
  return (value) =>
    isJsonObject(value)
      ? plainObject(mappedMembers(value, (key, member) => (taggings.get(key) ?? taggedPlain)(member)))
      : taggedPlain(value);
}
