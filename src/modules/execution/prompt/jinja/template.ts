import type { Filter } from './calls.js';
import { eachExpression, freeVariables } from './free-variables.js';
import { globals } from './globals.js';
import type { Body } from './nodes.js';
import { Rendering, type Library } from './rendering.js';
import { sequenceFilters } from './sequence-filters.js';
import { TemplateError, TemplateSyntaxError } from './template-errors.js';
import { parseTemplate } from './template-parser.js';
import { tests } from './tests.js';
import { textFilters } from './text-filters.js';
import { valueFilters } from './value-filters.js';
import type { Value } from './values.js';
import { Variables } from './variables.js';

const library: Library = {
  filters: new Map<string, Filter>([...sequenceFilters, ...valueFilters, ...textFilters]),
  tests,
};
const namedTests: ReadonlySet<string> = new Set(['filter', 'test']);
/** Jinja2 knows these too; their output cannot be matched in reasonable size. */
const unsupportedFilters: ReadonlySet<string> = new Set(['pprint', 'urlize']);
const globalNames: ReadonlySet<string> = new Set([...globals.keys(), 'lipsum']);

/**
 * A template of Jinja2's default environment: no escaping of its own, no loader, the builtin filters and
 * tests. Rendering is bounded in steps and size and reaches nothing but the values given.
 */
export class Template {
  /** Names that the template looks up from outside, globals left out; sorted. */
  readonly freeVariables: readonly string[];

  private constructor(private readonly body: Body) {
    this.freeVariables = freeVariables(body, globalNames);
  }

  /** @throws TemplateSyntaxError also for filters and tests that do not exist or are not supported */
  static compile(source: string): Template {
    const body = parseTemplate(source);
    eachExpression(body, (expression) => {
      if (expression.kind === 'filter' && !library.filters.has(expression.name)) {
        throw new TemplateSyntaxError(missingFilter(expression.name), expression.line);
      }
      if (
        expression.kind === 'test' &&
        !library.tests.has(expression.name) &&
        !namedTests.has(expression.name)
      ) {
        throw new TemplateSyntaxError(`No test named '${expression.name}'.`, expression.line);
      }
      if (expression.kind === 'name' && expression.name === 'lipsum') {
        throw new TemplateSyntaxError('lipsum is not supported in prompt messages', 1);
      }
    });
    return new Template(body);
  }

  /** @throws TemplateError worded as Python words it */
  render(values: ReadonlyMap<string, Value>): string {
    const outer = new Variables(null);
    for (const [name, value] of values) outer.set(name, value);
    try {
      return new Rendering(library).render(this.body, outer);
    } catch (error) {
      if (error instanceof RangeError) throw new TemplateError('maximum recursion depth exceeded', error);
      throw error;
    }
  }
}

function missingFilter(name: string): string {
  return unsupportedFilters.has(name)
    ? `filter '${name}' is not supported in prompt messages`
    : `No filter named '${name}'.`;
}
