import type { EndpointKind, EndpointProblem } from '../../../common/domain/endpoint.js';
import { dotted } from '../../../common/yaml/shape-check.js';
import type { Position, YamlPath, YamlSource } from '../../../common/yaml/yaml-source.js';
import type { PromptDocument, ResourceDocument, ToolDocument } from './endpoint-schema.js';

/** What stands under the kind's key, and the kind. */
export type DefinitionBody =
  | ({ readonly kind: 'tool' } & ToolDocument)
  | ({ readonly kind: 'resource' } & ResourceDocument)
  | ({ readonly kind: 'prompt' } & PromptDocument);

/** One definition file that fits the schema. */
export class Definition {
  readonly kind: EndpointKind;

  /** @param file relative to the project root */
  constructor(
    readonly file: string,
    readonly body: DefinitionBody,
    private readonly yaml: YamlSource,
  ) {
    this.kind = body.kind;
  }

  /** Tool or prompt name, or the resource's URI. */
  get id(): string {
    return this.body.kind === 'resource' ? this.body.uri : this.body.name;
  }

  /** Where something below the kind's key stands in the file. */
  positionOf(path: YamlPath): Position {
    return this.yaml.locate([this.kind, ...path]);
  }

  /** A problem at a place below the kind's key, which its text names: `tool.parameters.0.name: …`. */
  problem(path: YamlPath, message: string, severity: EndpointProblem['severity'] = 'error'): EndpointProblem {
    const whole = [this.kind, ...path];
    return { ...this.#at(whole), location: dotted(whole), message, severity };
  }

  /** As `problem`, for texts that are complete in themselves. */
  finding(path: YamlPath, message: string, severity: EndpointProblem['severity'] = 'error'): EndpointProblem {
    return { ...this.#at([this.kind, ...path]), location: '', message, severity };
  }

  #at(path: YamlPath) {
    return { file: this.file, ...this.yaml.locate(path) };
  }
}
