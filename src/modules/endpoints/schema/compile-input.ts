import type { UnknownArguments } from '../../../common/domain/endpoint.js';
import type { JsonObject, JsonValue } from '../../../common/domain/json.js';
import type { Parameter } from '../../../common/domain/type-node.js';
import { InputInvalidError } from '../../../common/errors/endpoint-errors.js';
import { atParameter, type Coercer } from './coercer.js';
import { compileCoercer } from './compile-coercer.js';
import { readyDefault } from './default-value.js';
import { excerpt, InputFindings, refused, type Refused } from './input-findings.js';
import { inputSchema } from './input-schema.js';
import { deepFrozen, ownMember, setMember, type Members } from './json-members.js';
import type { SchemaProblem } from './schema-problem.js';
import { reviewParameters } from './schema-review.js';

/** The parameters of an endpoint, ready to check arguments. */
export interface CompiledInput {
  /** JSON Schema 2020-12 of the arguments. */
  readonly schema: JsonObject;
  /** What is wrong with the declaration itself. */
  readonly problems: readonly SchemaProblem[];

  /**
   * Defaults, coercion and validation; the result holds exactly the declared parameters.
   * @throws InputInvalidError with every problem found
   */
  parse(given: JsonObject, unknownArguments: UnknownArguments): JsonObject;
}

interface CompiledParameter {
  readonly name: string;
  readonly coerce: Coercer;
  /** Null when the parameter is required. */
  readonly absent: ((findings: InputFindings) => JsonValue | Refused) | null;
}

/** Compiles parameters once, so that a call runs closures only (endpoints.md §2.2, §2.3). */
export function compileInput(parameters: readonly Parameter[]): CompiledInput {
  const compiled = parameters.map(compileParameter);
  const declared = new Set(compiled.map(({ name }) => name));
  return {
    schema: deepFrozen(inputSchema(parameters)),
    problems: reviewParameters(parameters),
    parse(given, unknownArguments) {
      const findings = new InputFindings();
      findMissing(given, compiled, findings);
      if (unknownArguments === 'refuse') findUnknown(given, declared, findings);
      const input = coercedArguments(given, compiled, findings);
      if (findings.problems.length > 0) throw new InputInvalidError(findings.problems);
      return input;
    },
  };
}

function compileParameter(parameter: Parameter): CompiledParameter {
  const coerce = compileCoercer(parameter, atParameter);
  return {
    name: parameter.name,
    coerce,
    absent:
      parameter.default === undefined ? null : readyDefault(parameter, atParameter, coerce, compileCoercer),
  };
}

function findMissing(
  given: JsonObject,
  parameters: readonly CompiledParameter[],
  findings: InputFindings,
): void {
  for (const { name, absent } of parameters) {
    if (absent !== null || Object.hasOwn(given, name)) continue;
    findings.enter(name);
    findings.refuseWhole('Field required', `Required parameter missing: ${name}`);
    findings.leave();
  }
}

function findUnknown(given: JsonObject, declared: ReadonlySet<string>, findings: InputFindings): void {
  for (const name of Object.keys(given)) {
    if (declared.has(name)) continue;
    const shown = excerpt(name, false);
    findings.enter(shown);
    findings.refuseWhole('Unexpected keyword argument', `Unknown parameter: ${shown}`);
    findings.leave();
  }
}

function coercedArguments(
  given: JsonObject,
  parameters: readonly CompiledParameter[],
  findings: InputFindings,
): JsonObject {
  const input: Members = {};
  for (const { name, coerce, absent } of parameters) {
    const value = ownMember(given, name);
    findings.enter(name);
    const coerced = value === undefined ? absent?.(findings) : coerce(value, findings);
    findings.leave();
    if (coerced !== undefined && coerced !== refused) setMember(input, name, coerced);
  }
  return input;
}
