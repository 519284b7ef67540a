import type { EndpointProblem } from '../../../common/domain/endpoint.js';
import { YamlSyntaxError } from '../../../common/errors/config-errors.js';
import { checkShape, dotted } from '../../../common/yaml/shape-check.js';
import { readYaml, type YamlSource } from '../../../common/yaml/yaml-source.js';
import { Definition, type DefinitionBody } from './definition.js';
import { endpointDocument, type EndpointDocument } from './endpoint-schema.js';

export interface ReadResult {
  /** Null when the file is no definition; then `problems` says why. */
  readonly definition: Definition | null;
  readonly problems: readonly EndpointProblem[];
}

/**
 * Parses one definition file and checks its shape; every violation is reported, the first one first.
 * @param file relative to the project root
 */
export function readDefinition(bytes: Uint8Array, file: string): ReadResult {
  const yaml = parse(bytes, file);
  if (yaml instanceof YamlSyntaxError) return refused(file, yaml.detail, yaml);
  if (isEmpty(yaml.value)) return refused(file, 'Endpoint file is empty', { line: 1, column: 1 });
  const checked = checkShape(endpointDocument, yaml);
  if (!checked.ok) {
    const problems = checked.problems.map(({ path, message, suggestion, line, column }): EndpointProblem => {
      const hint = suggestion === null ? {} : { suggestion };
      return { file, location: dotted(path), message, severity: 'error', ...hint, line, column };
    });
    return { definition: null, problems };
  }
  const body = bodyOf(checked.value);
  if (body === null) return refused(file, 'Endpoint file is empty', { line: 1, column: 1 });
  return { definition: new Definition(file, body, yaml), problems: versionWarnings(file, yaml) };
}

function parse(bytes: Uint8Array, file: string): YamlSource | YamlSyntaxError {
  try {
    return readYaml(bytes, file);
  } catch (error) {
    if (error instanceof YamlSyntaxError) return error;
    throw error;
  }
}

function refused(file: string, message: string, at: { line: number; column: number }): ReadResult {
  const problem = {
    file,
    location: '',
    message,
    severity: 'error',
    line: at.line,
    column: at.column,
  } as const;
  return { definition: null, problems: [problem] };
}

/** What counts as nothing, as in Python: null, false, zero and everything empty. */
function isEmpty(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return !value;
}

function bodyOf({ tool, resource, prompt }: EndpointDocument): DefinitionBody | null {
  if (tool != null) return { kind: 'tool', ...tool };
  if (resource != null) return { kind: 'resource', ...resource };
  return prompt == null ? null : { kind: 'prompt', ...prompt };
}

function versionWarnings(file: string, yaml: YamlSource): readonly EndpointProblem[] {
  const { value } = yaml;
  const written = typeof value === 'object' && value !== null && 'mxcp' in value ? value.mxcp : undefined;
  if (typeof written !== 'string') return [];
  const message = `Version '${written}' is text and is read as 1; write 'mxcp: 1'`;
  return [{ file, location: 'mxcp', message, severity: 'warning', ...yaml.locate(['mxcp']) }];
}
