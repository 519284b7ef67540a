import type { Endpoint, EndpointProblem, PromptMessage } from '../../../common/domain/endpoint.js';
import type { JsonObject } from '../../../common/domain/json.js';
import { valueOutput, type Output } from '../../../common/domain/output.js';
import { ExecutionFailedError } from '../../../common/errors/endpoint-errors.js';
import { Executor } from '../../../common/ports/executor.js';
import { sourceProblem } from '../source-problem.js';
import { Template } from './jinja/template.js';
import { TemplateSyntaxError } from './jinja/template-errors.js';
import { templateValue } from './template-values.js';

/** A message with its template, or why it has none. */
interface CompiledMessage {
  readonly message: PromptMessage;
  readonly template: Template | null;
  readonly failure: string;
}

/** Renders prompts: each message is a Jinja2 template over the validated parameters (endpoints.md §1.7). */
export class PromptExecutor extends Executor {
  override readonly language = 'prompt';
  readonly #compiled = new WeakMap<Endpoint, readonly CompiledMessage[]>();

  /** The messages that do not compile or look up a name that is no parameter (endpoints.md §1.8). */
  override check(endpoint: Endpoint): Promise<readonly EndpointProblem[]> {
    const messages = this.compiled(endpoint);
    if (messages.length === 0) {
      return Promise.resolve([sourceProblem(endpoint, 'No messages found in prompt definition')]);
    }
    const parameters = new Set(endpoint.parameters.map((parameter) => parameter.name));
    const problems = messages.flatMap(({ message, template, failure }, index): EndpointProblem[] => {
      const at = message.position;
      if (template === null) {
        return [{ ...sourceProblem(endpoint, failure), ...at, location: `prompt.messages.${index}.prompt` }];
      }
      const unknown = template.freeVariables.filter((name) => !parameters.has(name));
      if (unknown.length === 0) return [];
      const text = `Message ${index} uses undefined template variables: ${unknown.join(', ')}`;
      return [{ ...sourceProblem(endpoint, text), ...at }];
    });
    return Promise.resolve(problems);
  }

  override execute(endpoint: Endpoint, input: JsonObject): Promise<Output> {
    return Promise.resolve().then(() => valueOutput(this.render(endpoint, input)));
  }

  override dispose(): Promise<void> {
    return Promise.resolve();
  }

  private render(endpoint: Endpoint, input: JsonObject): readonly JsonObject[] {
    const nodes = new Map(endpoint.parameters.map((parameter) => [parameter.name, parameter] as const));
    const values = new Map(
      Object.entries(input).map(([name, value]) => [name, templateValue(value, nodes.get(name))] as const),
    );
    return this.compiled(endpoint).map(({ message, template, failure }) => {
      if (template === null) throw new ExecutionFailedError(failure);
      return { prompt: template.render(values), role: message.role, type: message.type };
    });
  }

  private compiled(endpoint: Endpoint): readonly CompiledMessage[] {
    const known = this.#compiled.get(endpoint);
    if (known !== undefined) return known;
    const messages = endpoint.source.kind === 'messages' ? endpoint.source.messages : [];
    const compiled = messages.map(compileMessage);
    this.#compiled.set(endpoint, compiled);
    return compiled;
  }
}

function compileMessage(message: PromptMessage): CompiledMessage {
  try {
    return { message, template: Template.compile(message.prompt), failure: '' };
  } catch (error) {
    if (error instanceof TemplateSyntaxError) return { message, template: null, failure: error.message };
    throw error;
  }
}
