import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../common/domain/json.js';
import { orderedObject } from '../../../common/domain/ordered-object.js';
import type { TypeNode } from '../../../common/domain/type-node.js';
import { OutputInvalidError } from '../../../common/errors/endpoint-errors.js';
import { excerpt } from './input-findings.js';
import { pythonFloat, pythonTypeName } from './python-text.js';
import { codePoints } from './string-coercer.js';
import { outputFormats } from './string-formats.js';

/** Property names and item indexes from the root of a result to the value being checked. */
type Trail = (string | number)[];

/**
 * Checks a value and returns it, the same object unless an integer in it had to be made exact. Null passes
 * everywhere (endpoints.md §2.7).
 * @throws OutputInvalidError at the first mismatch; the message repeats no value
 */
type OutputCheck = (value: JsonValue, trail: Trail) => JsonValue;

export function compileOutputCheck(node: TypeNode): OutputCheck {
  const check = checkOfType(node);
  return (value, trail) => (value === null ? null : check(value, trail));
}

function checkOfType(node: TypeNode): OutputCheck {
  switch (node.type) {
    case 'string':
      return stringCheck(node);
    case 'number':
    case 'integer':
      return numberCheck(node);
    case 'boolean':
      return (value, trail) => (typeof value === 'boolean' ? value : wrongType('boolean', value, trail));
    case 'array':
      return arrayCheck(node);
    case 'object':
      return objectCheck(node);
  }
}

function stringCheck(node: TypeNode): OutputCheck {
  const format = node.format === undefined ? undefined : outputFormats[node.format];
  const { minLength = 0, maxLength = Infinity } = node;
  return (value, trail) => {
    if (typeof value !== 'string') return wrongType('string', value, trail);
    if (format !== undefined && !format.test.test(value)) mismatch(format.failure, trail);
    if (value.length < minLength * 2 && codePoints(value) < minLength) {
      mismatch(`String must be at least ${minLength} characters long`, trail);
    }
    if (value.length > maxLength && codePoints(value) > maxLength) {
      mismatch(`String must be at most ${maxLength} characters long`, trail);
    }
    return value;
  };
}

/** Integral floats are integers (B4); what JSON has no number for counts as null. */
function numberCheck(node: TypeNode): OutputCheck {
  const { type, minimum = -Infinity, maximum = Infinity } = node;
  return (value, trail) => {
    if (typeof value !== 'number' && typeof value !== 'bigint') return wrongType(type, value, trail);
    if (typeof value === 'number' && !Number.isFinite(value)) return null;
    if (value < minimum) mismatch(`Value must be >= ${pythonFloat(minimum)}`, trail);
    if (value > maximum) mismatch(`Value must be <= ${pythonFloat(maximum)}`, trail);
    return type === 'integer' && !Number.isSafeInteger(value) ? exactly(value, trail) : value;
  };
}

function exactly(value: number | bigint, trail: Trail): bigint {
  if (typeof value === 'bigint') return value;
  return Number.isInteger(value) ? BigInt(value) : wrongType('integer', value, trail);
}

function arrayCheck(node: TypeNode): OutputCheck {
  const { minItems = 0, maxItems = Infinity } = node;
  const item = node.items === undefined ? null : compileOutputCheck(node.items);
  return (value, trail) => {
    if (!isJsonArray(value)) return wrongType('array', value, trail);
    if (value.length < minItems) mismatch(`Array must have at least ${minItems} items`, trail);
    if (value.length > maxItems) mismatch(`Array must have at most ${maxItems} items`, trail);
    return item === null ? value : checkedItems(value, item, trail);
  };
}

function checkedItems(items: readonly JsonValue[], check: OutputCheck, trail: Trail): readonly JsonValue[] {
  let copy: JsonValue[] | null = null;
  const depth = trail.push(0) - 1;
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index] ?? null;
    trail[depth] = index;
    const checked = check(item, trail);
    if (checked !== item) {
      copy ??= [...items];
      copy[index] = checked;
    }
  }
  trail.pop();
  return copy ?? items;
}

function objectCheck(node: TypeNode): OutputCheck {
  const properties = Object.entries(node.properties ?? {}).map(
    ([name, property]) => [name, compileOutputCheck(property)] as const,
  );
  const declared = new Set(properties.map(([name]) => name));
  const required = [...new Set(node.required)];
  return (value, trail) => {
    if (!isJsonObject(value)) return wrongType('object', value, trail);
    const missing = required.filter((name) => !Object.hasOwn(value, name));
    if (missing.length > 0) mismatch(`Missing required properties: ${missing.join(', ')}`, trail);
    if (!node.additionalProperties) refuseUndeclared(value, declared, trail);
    return properties.length === 0 ? value : checkedProperties(value, properties, trail);
  };
}

function refuseUndeclared(value: JsonObject, declared: ReadonlySet<string>, trail: Trail): void {
  for (const name of Object.keys(value)) {
    if (!declared.has(name)) mismatch(`Unexpected property: ${excerpt(name, false)}`, trail);
  }
}

function checkedProperties(
  value: JsonObject,
  properties: readonly (readonly [string, OutputCheck])[],
  trail: Trail,
): JsonObject {
  let copy: Map<string, JsonValue> | null = null;
  const depth = trail.push('') - 1;
  for (const [name, check] of properties) {
    if (!Object.hasOwn(value, name)) continue;
    const member = value[name] ?? null;
    trail[depth] = name;
    const checked = check(member, trail);
    if (checked !== member) {
      copy ??= new Map(Object.entries(value));
      copy.set(name, checked);
    }
  }
  trail.pop();
  return copy === null ? value : orderedObject([...copy]);
}

function wrongType(expected: string, value: JsonValue, trail: Trail): never {
  mismatch(`Expected ${expected}, got ${pythonTypeName(value)}`, trail);
}

function mismatch(detail: string, trail: Trail): never {
  const where = trail.map((key) => (typeof key === 'number' ? `Array item ${key}: ` : `Property '${key}': `));
  throw new OutputInvalidError(`Output validation failed: ${where.join('')}${detail}`);
}
