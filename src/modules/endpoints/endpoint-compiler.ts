import type {
  Endpoint,
  EndpointCache,
  EndpointLimits,
  EndpointProblem,
  EndpointTest,
  Icon,
  Policies,
} from '../../common/domain/endpoint.js';
import { objectOf, type JsonValue } from '../../common/domain/json.js';
import type { Definition, DefinitionBody } from './definition/definition.js';
import type { TestDocument } from './definition/test-schema.js';
import { present } from './present.js';
import { compileInput } from './schema/compile-input.js';
import { compileOutput } from './schema/compile-output.js';
import type { LocatedSource } from './source-files.js';
import { compileParameter, compileTypeNode } from './type-node-compiler.js';

export interface CompiledEndpoint {
  readonly endpoint: Endpoint;
  /** What is wrong with the declared parameters. */
  readonly problems: readonly EndpointProblem[];
}

/** Makes the immutable Endpoint of one definition; what calls need is computed here, once. */
export function compileEndpoint(definition: Definition, located: LocatedSource): CompiledEndpoint {
  const { body, kind } = definition;
  const parameters = (body.parameters ?? []).map(compileParameter);
  const returns = body.return == null ? null : compileTypeNode(body.return);
  const policies = compilePolicies(definition);
  const input = compileInput(parameters);
  const output = compileOutput(returns, policies, kind);
  const endpoint: Endpoint = Object.freeze({
    kind,
    id: definition.id,
    ...presentation(body),
    file: definition.file,
    language: located.language,
    source: located.source,
    sourcePosition: definition.positionOf(sourcePath(body)),
    parameters,
    returns,
    policies,
    limits: compileLimits(body),
    cache: compileCache(body),
    tests: (body.tests ?? []).map(compileTest),
    inputSchema: input.schema,
    outputSchema: output.schema,
    parseInput: input.parse.bind(input),
    parseOutput: output.parse.bind(output),
  });
  const problems = input.problems.map(({ location, message, severity }) =>
    definition.problem(location.split('.').map(pathPart), message, severity),
  );
  return { endpoint, problems };
}

/** The key that gives the code of an endpoint. */
function sourcePath(body: DefinitionBody): readonly string[] {
  if (body.kind === 'prompt') return ['messages'];
  return ['source', body.source.file ? 'file' : 'code'];
}

/** Index or key of a dotted path. */
function pathPart(part: string): string | number {
  return /^\d+$/.test(part) ? Number(part) : part;
}

function presentation(body: DefinitionBody) {
  const annotations = body.kind === 'tool' && body.annotations != null ? present(body.annotations) : null;
  return {
    name: body.kind === 'resource' ? (body.name ?? body.uri) : body.name,
    title: body.title ?? annotations?.title ?? null,
    description: body.description ?? '',
    tags: body.tags ?? [],
    icons: (body.icons ?? []).map((icon): Icon => ({ ...present(icon), src: icon.src })),
    annotations,
    mimeType: body.kind === 'resource' ? (body.mime_type ?? null) : null,
  };
}

function compilePolicies(definition: Definition): Policies | null {
  const { policies } = definition.body;
  if (policies == null) return null;
  const rules = (stage: 'input' | 'output'): Policies['input'] =>
    (policies[stage] ?? []).map(({ condition, action, reason, fields }, index) => {
      const position = definition.positionOf(['policies', stage, index]);
      return { condition, action, reason: reason ?? null, fields: fields ?? [], position };
    });
  return { input: rules('input'), output: rules('output') };
}

function compileLimits({ limits }: DefinitionBody): EndpointLimits {
  return {
    rows: limits?.rows ?? null,
    bytes: limits?.bytes ?? null,
    timeoutMs: limits?.timeout_ms ?? null,
  };
}

/** Seconds that results are kept when `cache` names no `ttl` (operations.md §10). */
const defaultTtlS = 300;

function compileCache({ cache }: DefinitionBody): EndpointCache {
  if (cache == null) return { ttlS: null, key: null, perUser: true };
  return { ttlS: cache.ttl ?? defaultTtlS, key: cache.key ?? null, perUser: cache.per_user ?? true };
}

function compileTest(test: TestDocument): EndpointTest {
  const { name, description, arguments: given, user_context: userContext, ...assertions } = test;
  return {
    name,
    description: description ?? null,
    arguments: given,
    userContext: userContext ?? null,
    assertions: objectOf(
      Object.entries(assertions).map(([key, expected]): [string, JsonValue] => [key, expected ?? null]),
    ),
  };
}
