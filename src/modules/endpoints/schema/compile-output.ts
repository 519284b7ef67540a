import type { EndpointKind, Policies } from '../../../common/domain/endpoint.js';
import type { JsonObject } from '../../../common/domain/json.js';
import { valueOutput, type Answer } from '../../../common/domain/output.js';
import type { TypeNode } from '../../../common/domain/type-node.js';
import { OutputInvalidError } from '../../../common/errors/endpoint-errors.js';
import { deepFrozen } from './json-members.js';
import { compileOutputCheck } from './output-check.js';
import { outputSchema } from './output-schema.js';
import { shapeResult } from './shape-result.js';

/** The `return` of an endpoint, ready to shape and check results. */
export interface CompiledOutput {
  /** JSON Schema of `structuredContent`; null when there is none. */
  readonly schema: JsonObject | null;

  /**
   * Shapes the result to the declared type and, if asked, checks it. MCP content passes as it is where nothing
   * is to be checked, or for a resource.
   * @throws OutputInvalidError
   */
  parse(raw: Answer, check: boolean): Answer;
}

/**
 * Compiles `return` once (endpoints.md §2.6, §2.7).
 * @param policies whose output rules the schema allows for
 * @param kind the `return` of prompts is accepted and unused
 */
export function compileOutput(
  returns: TypeNode | null,
  policies: Policies | null,
  kind: EndpointKind,
): CompiledOutput {
  if (returns === null || kind === 'prompt') return { schema: null, parse: (raw) => raw };
  const schema = deepFrozen(outputSchema(returns, policies));
  const checked = compileOutputCheck(returns);
  return {
    schema,
    parse(raw, check) {
      if (raw.kind === 'content') {
        if (!check || kind !== 'tool') return raw;
        throw new OutputInvalidError(
          `Expected ${returns.type}, got MCP content; leave out \`return\` to send it`,
        );
      }
      const shaped = shapeResult(raw.value, returns);
      const value = check ? checked(shaped, []) : shaped;
      return value === raw.value ? raw : valueOutput(value);
    },
  };
}
