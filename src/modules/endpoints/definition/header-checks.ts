import type { EndpointProblem } from '../../../common/domain/endpoint.js';
import type { YamlPath } from '../../../common/yaml/yaml-source.js';
import type { Definition } from './definition.js';
import type { TypeNodeDocument } from './type-node-schema.js';

/** RFC 9110 §5.6.2. */
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

const key = 'x-mcp-header';

interface HeaderUse {
  readonly path: YamlPath;
  readonly header: string;
  /** Why this node cannot be mirrored, whatever the name; null when it can. */
  readonly obstacle: string | null;
}

/**
 * `x-mcp-header` stands on scalar arguments of tools, at the top or inside objects, each name once in any
 * case (endpoints.md §1.5). MCP leaves out numbers, and types that are two: clients hide tools that have them.
 */
export function checkHeaders(definition: Definition): EndpointProblem[] {
  const { body } = definition;
  const isTool = body.kind === 'tool';
  const seen = new Set<string>();
  const inParameters = (body.parameters ?? []).flatMap((node, index) =>
    uses(node, ['parameters', index], isTool),
  );
  const inReturn = body.return == null ? [] : uses(body.return, ['return'], false);
  return [...inParameters, ...inReturn].flatMap((use) => {
    const name = use.header.toLowerCase();
    const problem = useProblem(use) ?? (seen.has(name) ? `Header '${use.header}' is named twice` : null);
    seen.add(name);
    return problem === null ? [] : [definition.problem([...use.path, key], problem)];
  });
}

function useProblem({ header, obstacle }: HeaderUse): string | null {
  return obstacle ?? (token.test(header) ? null : `'${header}' is not a valid header name`);
}

function obstacleOf(node: TypeNodeDocument, isArgument: boolean): string | null {
  if (!isArgument || node.type === 'array' || node.type === 'object') {
    return 'Only scalar arguments of tools can be mirrored in a header';
  }
  if (node.type === 'number') return 'A number has several spellings, so no header can mirror it';
  return node.default === null ? 'An argument that may be null cannot be mirrored in a header' : null;
}

function uses(node: TypeNodeDocument, path: YamlPath, isArgument: boolean): HeaderUse[] {
  const header = node[key];
  return [
    ...(header == null ? [] : [{ path, header, obstacle: obstacleOf(node, isArgument) }]),
    ...Object.entries(node.properties ?? {}).flatMap(([name, property]) =>
      uses(property, [...path, 'properties', name], isArgument),
    ),
    ...(node.items == null ? [] : uses(node.items, [...path, 'items'], false)),
  ];
}
