import { isJsonObject, type JsonObject, type JsonValue } from '../../../common/domain/json.js';
import { parseJsonText } from '../../../common/domain/json-text.js';
import { userContextProblem } from '../../../common/domain/principal.js';
import { ConfigInvalidError } from '../../../common/errors/config-errors.js';
import type { Variables } from '../variables.js';

/**
 * Who calls over stdio: `MXCP_USER_CONTEXT`, null when unset (auth.md §11).
 * @throws ConfigInvalidError when it is no JSON object, or one that names nobody; the text itself is in neither message nor cause
 */
export function userContext(variables: Variables): JsonObject | null {
  const text = variables.setting('MXCP_USER_CONTEXT');
  if (text === undefined) return null;
  const value = parsed(text);
  if (!isJsonObject(value))
    throw new ConfigInvalidError('MXCP_USER_CONTEXT must be a JSON object such as {"user_id": "ada"}');
  const problem = userContextProblem(value);
  if (problem !== null) throw new ConfigInvalidError(`MXCP_USER_CONTEXT: ${problem}`);
  return value;
}

function parsed(text: string): JsonValue | undefined {
  try {
    return parseJsonText(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
