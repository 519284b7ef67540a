import { celMap, type CelInput } from '@bufbuild/cel';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { CallOrigin, CallRequest } from '../../common/domain/call.js';
import type { Endpoint } from '../../common/domain/endpoint.js';
import type { JsonObject, JsonValue } from '../../common/domain/json.js';
import type { Parameter } from '../../common/domain/type-node.js';
import type { Clock } from '../../common/ports/clock.js';
import { toCelValue } from './cel/cel-values.js';
import type { Bindings } from './cel/condition.js';
import type { Kind, Known } from './cel/expression-kind.js';
import { LazyMap } from './cel/lazy-map.js';
import { userFields, userMap } from './user-map.js';

/** Arguments of the built-in SQL tools: any of them may be named in a rule that serves all three. */
const builtInArguments = ['sql', 'params', 'table_name'];

const requestFields = ['transport', 'endpoint', 'kind', 'time'];

/** What one judgement is about. */
export interface Judged {
  readonly endpoint: Endpoint;
  readonly request: CallRequest;
  readonly input: JsonObject;
  /** The result; undefined while input is judged. */
  readonly response?: JsonValue;
}

/** The variables input rules may name (policies.md §3). */
export function inputVariables(endpoint: Endpoint): ReadonlyMap<string, Known> {
  const variables = new Map<string, Known>([['request', requestFields]]);
  if (isBuiltIn(endpoint)) for (const name of builtInArguments) variables.set(name, 'unknown');
  for (const parameter of endpoint.parameters) variables.set(parameter.name, declaredKind(parameter));
  return variables.set('user', userFields);
}

/** The variables output rules may name: arguments are below `params` only. */
export function outputVariables(endpoint: Endpoint): ReadonlyMap<string, Known> {
  return new Map<string, Known>([
    ['params', isBuiltIn(endpoint) ? builtInArguments : endpoint.parameters.map(({ name }) => name)],
    ['user', userFields],
    ['response', 'unknown'],
    ['request', requestFields],
  ]);
}

/** Endpoints without a file of their own: `execute_sql_query`, `list_tables`, `get_table_schema`. */
export function isBuiltIn(endpoint: Endpoint): boolean {
  return endpoint.file === null;
}

/** Gives a judgement's rules the values of the variables they name, and no others. */
export class PolicyContext {
  private readonly users = new WeakMap<object, CelInput>();

  constructor(private readonly clock: Clock) {}

  bind(variables: readonly string[], judged: Judged): Bindings {
    const bindings = Object.create(null) as Bindings;
    for (const name of variables) {
      const value = this.valueOf(name, judged);
      if (value !== undefined) bindings[name] = value;
    }
    return bindings;
  }

  private valueOf(name: string, judged: Judged): CelInput | undefined {
    if (name === 'user') return this.userOf(judged.request);
    const { response } = judged;
    if (response === undefined) return this.argumentOf(name, judged);
    if (name === 'response') return toCelValue(response, judged.endpoint.returns ?? undefined);
    return name === 'params' ? argumentsOf(judged) : this.requestOf(judged);
  }

  private argumentOf(name: string, judged: Judged): CelInput | undefined {
    const { endpoint, input } = judged;
    const parameter = endpoint.parameters.find((declared) => declared.name === name);
    if (parameter === undefined) {
      if (name === 'request') return this.requestOf(judged);
      return isBuiltIn(endpoint) ? null : undefined;
    }
    const value = Object.hasOwn(input, name) ? input[name] : undefined;
    return value === undefined ? undefined : toCelValue(value, parameter);
  }

  /** Principals are immutable and serve many calls. */
  private userOf({ principal }: CallRequest): CelInput {
    const known = this.users.get(principal);
    if (known !== undefined) return known;
    const user = toCelValue(userMap(principal));
    this.users.set(principal, user);
    return user;
  }

  private requestOf({ endpoint, request }: Judged): CelInput {
    return celMap(
      new Map<string, CelInput>([
        ['transport', transportOf(request.origin)],
        ['endpoint', endpoint.id],
        ['kind', endpoint.kind],
        ['time', timestampFromDate(this.clock.now())],
      ]),
    );
  }
}

function argumentsOf({ endpoint, input }: Judged): CelInput {
  const declared = new Map<string, Parameter>(endpoint.parameters.map((entry) => [entry.name, entry]));
  return celMap(new LazyMap(input, (value, name) => toCelValue(value, declared.get(name))));
}

/** As the audit log's `caller_type`. */
function transportOf(origin: CallOrigin): string {
  return origin === 'http' || origin === 'stdio' ? origin : 'cli';
}

function declaredKind(parameter: Parameter): Kind {
  // null is possible wherever a default may be null, so a boolean stays unknown
  if (parameter.default === null) return 'unknown';
  switch (parameter.type) {
    case 'boolean':
      return 'bool';
    case 'integer':
    case 'number':
      return 'number';
    default:
      return 'other';
  }
}
