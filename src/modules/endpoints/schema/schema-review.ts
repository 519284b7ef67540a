import type { Parameter, TypeNode } from '../../../common/domain/type-node.js';
import { atParameter, inside, type Place } from './coercer.js';
import { compileCoercer } from './compile-coercer.js';
import { enumValues } from './enum-values.js';
import { InputFindings, refused } from './input-findings.js';
import { compilePattern } from './linear-pattern.js';
import type { SchemaProblem } from './schema-problem.js';
import { hasTextEnum } from './string-coercer.js';

/** What is wrong with the declared parameters themselves (endpoints.md §2.3, quality.md §9). */
export function reviewParameters(parameters: readonly Parameter[]): readonly SchemaProblem[] {
  return parameters.flatMap((parameter, index) => [
    ...reviewName(parameters, index),
    ...reviewNode(parameter, `parameters.${index}`, atParameter),
  ]);
}

function reviewName(parameters: readonly Parameter[], index: number): SchemaProblem[] {
  const name = parameters[index]?.name ?? '';
  const isRepeated = parameters.slice(0, index).some((earlier) => earlier.name === name);
  return isRepeated ? [problem(`parameters.${index}.name`, `Duplicate parameter name '${name}'`)] : [];
}

function reviewNode(node: TypeNode, location: string, place: Place): SchemaProblem[] {
  const deeper = inside(node, place);
  return [
    ...reviewPattern(node, location),
    ...(node.multipleOf === 0 ? [problem(`${location}.multipleOf`, 'Input should be greater than 0')] : []),
    ...reviewEnum(node, location, place),
    ...reviewValues(node, location, place),
    ...(node.items === undefined ? [] : reviewNode(node.items, `${location}.items`, deeper)),
    ...Object.entries(node.properties ?? {}).flatMap(([name, property]) =>
      reviewNode(property, `${location}.properties.${name}`, deeper),
    ),
  ];
}

function reviewPattern(node: TypeNode, location: string): SchemaProblem[] {
  if (node.type !== 'string' || node.pattern === undefined) return [];
  const compiled = compilePattern(node.pattern);
  if (compiled.ok) return [];
  return [problem(`${location}.pattern`, compiled.reason, hasTextEnum(node) ? 'warning' : 'error')];
}

/** An `enum` of which nothing can ever be the value of the type fails every call. */
function reviewEnum(node: TypeNode, location: string, place: Place): SchemaProblem[] {
  const values = enumValues(node, place) ?? [];
  const hopeless = values.flatMap(({ converted }, index) => (converted === refused ? [index] : []));
  if (values.length > 0 && hopeless.length === values.length && node.default === undefined && !place.nested) {
    return [problem(`${location}.enum`, `No value of enum is a valid ${node.type}`)];
  }
  return hopeless.map((index) =>
    problem(`${location}.enum.${index}`, `Value is not a valid ${node.type}`, 'warning'),
  );
}

function reviewValues(node: TypeNode, location: string, place: Place): SchemaProblem[] {
  const examples = (node.examples ?? []).map((value, index) => [`examples.${index}`, value] as const);
  const given = node.default === undefined ? examples : [['default', node.default] as const, ...examples];
  if (given.length === 0) return [];
  const coerce = compileCoercer(node, place);
  return given.flatMap(([key, value]) => {
    const findings = new InputFindings();
    findings.enter(key);
    coerce(value, findings);
    return findings.problems
      .slice(0, 1)
      .map(({ phrase }) =>
        problem(`${location}.${key}`, `Does not fit the declared type: ${phrase}`, 'warning'),
      );
  });
}

function problem(
  location: string,
  message: string,
  severity: SchemaProblem['severity'] = 'error',
): SchemaProblem {
  return { location, message, severity };
}
