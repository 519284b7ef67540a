import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Pattern, Program } from 'acorn';
import type { Endpoint } from '../../../../common/domain/endpoint.js';
import { nearest } from '../../../../common/yaml/nearest.js';
import type { ModuleSource } from '../thread-messages.js';
import { exportsOf, type ExportedValue, type ModuleExports } from './module-exports.js';
import { parseModule } from './parsed-module.js';

type Facts = Pick<Endpoint, 'name' | 'parameters'>;

/**
 * What is wrong with an endpoint's module, as `file:line: what` each. The text is read, nothing is run and nothing
 * that it imports is looked at.
 */
export async function checkModule(source: ModuleSource, endpoint: Facts): Promise<readonly string[]> {
  const isTyped = source.code !== null || /\.m?ts$/i.test(new URL(source.url).pathname);
  const code = source.code ?? (await readFile(fileURLToPath(source.url), 'utf8'));
  return checkCode(code, isTyped, endpoint).map(({ message, line }) => {
    const separator = source.code === null ? ':' : ', line ';
    return `${source.shown}${line === null ? '' : `${separator}${line}`}: ${message}`;
  });
}

export interface ModuleProblem {
  readonly message: string;
  /** Of the module's text, 1-based. */
  readonly line: number | null;
}

/** As `checkModule`, for a text. */
export function checkCode(code: string, isTyped: boolean, endpoint: Facts): readonly ModuleProblem[] {
  const parsed = parseModule(code, isTyped);
  return 'failure' in parsed
    ? [{ message: parsed.failure, line: parsed.line }]
    : checkProgram(parsed.program, endpoint);
}

function checkProgram(program: Program, endpoint: Facts): readonly ModuleProblem[] {
  const exported = exportsOf(program);
  const [name, value] = chosen(exported, endpoint.name);
  if (value === undefined) {
    return exported.isOpen ? [] : [{ message: missing(exported, endpoint.name), line: null }];
  }
  if (value.kind === 'other')
    return [{ message: `'${name}' is ${value.what}, not a function`, line: value.line }];
  return value.kind === 'function' ? signatureProblems(name, value, endpoint) : [];
}

/** The export of that name, else the default one. */
function chosen(
  { byName, isOpen }: ModuleExports,
  name: string,
): readonly [string, ExportedValue | undefined] {
  const own = byName.get(name);
  if (own !== undefined || isOpen) return [name, own];
  return ['default', byName.get('default')];
}

function missing({ byName }: ModuleExports, name: string): string {
  const near = nearest(name, [...byName.keys()]);
  const hint = near === null ? '' : `; did you mean '${near}'?`;
  return `Function '${name}' is not exported${hint}`;
}

function signatureProblems(
  name: string,
  { parameters, line }: Extract<ExportedValue, { readonly kind: 'function' }>,
  endpoint: Facts,
): readonly ModuleProblem[] {
  const required = parameters.filter(({ type }) => type !== 'AssignmentPattern' && type !== 'RestElement');
  if (required.length > 1) {
    const message =
      `'${name}' demands ${required.length} arguments; ` +
      'endpoint functions get one object with all of them: ({ a, b }) => …';
    return [{ message, line }];
  }
  const [first] = parameters;
  const names = endpoint.parameters.map((parameter) => parameter.name);
  return first === undefined ? [] : unknownNames(first, names);
}

/** Names that a destructuring parameter takes out and the endpoint does not declare. */
function unknownNames(parameter: Pattern, declared: readonly string[]): readonly ModuleProblem[] {
  const pattern = parameter.type === 'AssignmentPattern' ? parameter.left : parameter;
  if (pattern.type !== 'ObjectPattern') return [];
  return pattern.properties.flatMap((property) => {
    if (property.type !== 'Property' || property.computed) return [];
    const { key } = property;
    const name =
      key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : undefined;
    if (name === undefined || declared.includes(name)) return [];
    const near = nearest(name, declared);
    const hint = near === null ? '' : `; did you mean '${near}'?`;
    const line = property.loc?.start.line ?? null;
    return [{ message: `'${name}' is no parameter of the endpoint${hint}`, line }];
  });
}
