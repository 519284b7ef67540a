import { isJsonObject, jsonKind, type JsonObject, type JsonValue } from '../../../common/domain/json.js';
import type { TypeNode } from '../../../common/domain/type-node.js';
import { inside, type Coercer, type CompileNode, type Place } from './coercer.js';
import { readyDefault } from './default-value.js';
import { excerpt, refused, type InputFindings, type Refused } from './input-findings.js';
import { parseJsonArgument } from './json-argument.js';
import { ownMember, setMember, type Members } from './json-members.js';
import { pythonText } from './python-text.js';

interface Property {
  readonly name: string;
  readonly coerce: Coercer;
  /** What an absent property becomes: its default, else null. */
  readonly absent: (findings: InputFindings) => JsonValue | Refused;
}

/**
 * Objects and JSON text of them. Declared properties are coerced and come first; absent optional ones
 * become their default, else null; undeclared ones are kept unless `additionalProperties` is false
 * (endpoints.md §2.2).
 */
export function objectCoercer(node: TypeNode, place: Place, compile: CompileNode): Coercer {
  const members = Object.entries(node.properties ?? {});
  const properties = members.map(([name, member]) => property(name, member, inside(node, place), compile));
  const declared = new Set(properties.map(({ name }) => name));
  const required = [...new Set(node.required)].filter((name) => !hasDefault(node, name));
  const sensitive = place.sensitive || node.sensitive;
  const nullable = place.nested || node.default === null;
  return (value, findings) => {
    const object = typeof value === 'string' ? parseJsonArgument(value) : value;
    if (object === undefined) {
      const text = excerpt(pythonText(value), sensitive);
      return findings.refuse('Input should be a valid dictionary', `Invalid JSON object: ${text}`);
    }
    if (object === null && nullable) return null;
    if (!isJsonObject(object)) {
      return findings.refuse(
        'Input should be a valid dictionary',
        `Expected object, got ${jsonKind(object)}`,
      );
    }
    const missing = missingProperties(object, required, findings);
    const coerced = coercedProperties(object, properties, missing, findings);
    const rest = undeclaredFit(object, declared, node.additionalProperties, findings);
    if (missing.size > 0 || coerced === refused || !rest) return refused;
    return properties.length === 0 ? object : withUndeclared(coerced, object, declared);
  };
}

function property(name: string, node: TypeNode, place: Place, compile: CompileNode): Property {
  const coerce = compile(node, place);
  const absent = node.default === undefined ? () => null : readyDefault(node, place, coerce, compile);
  return { name, coerce, absent };
}

function hasDefault(node: TypeNode, name: string): boolean {
  const member = Object.hasOwn(node.properties ?? {}, name) ? node.properties?.[name] : undefined;
  return member?.default !== undefined;
}

function missingProperties(
  object: JsonObject,
  required: readonly string[],
  findings: InputFindings,
): ReadonlySet<string> {
  const missing = required.filter((name) => !Object.hasOwn(object, name));
  const detail = `Missing required properties: ${missing.join(', ')}`;
  for (const name of missing) findings.refuseMember(name, 'Field required', detail);
  return new Set(missing);
}

function coercedProperties(
  object: JsonObject,
  properties: readonly Property[],
  missing: ReadonlySet<string>,
  findings: InputFindings,
): Members | Refused {
  const coerced: Members = {};
  let fits = true;
  for (const { name, coerce, absent } of properties) {
    if (missing.has(name)) continue;
    const given = ownMember(object, name);
    findings.enter(name);
    const value = given === undefined ? absent(findings) : coerce(given, findings);
    findings.leave();
    if (value === refused) fits = false;
    else setMember(coerced, name, value);
  }
  return fits ? coerced : refused;
}

function undeclaredFit(
  object: JsonObject,
  declared: ReadonlySet<string>,
  allowed: boolean,
  findings: InputFindings,
): boolean {
  if (allowed) return true;
  const extras = Object.keys(object).filter((name) => !declared.has(name));
  for (const name of extras) {
    const shown = excerpt(name, false);
    findings.refuseMember(shown, 'Extra inputs are not permitted', `Unexpected property: ${shown}`);
  }
  return extras.length === 0;
}

function withUndeclared(coerced: Members, object: JsonObject, declared: ReadonlySet<string>): JsonObject {
  for (const [name, value] of Object.entries(object)) {
    if (!declared.has(name)) setMember(coerced, name, value);
  }
  return coerced;
}
