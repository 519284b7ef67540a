import { z } from 'zod';
import { isJsonObject, type JsonObject, type JsonValue } from '../../common/domain/json.js';
import { noticeLevel } from './channel/notice-levels.js';
import { InvalidParamsError } from './invalid-params-error.js';

const givenArguments = z
  .custom<JsonObject>((value) => isJsonObject(value as JsonValue), 'expected an object')
  .nullish()
  .transform((value): JsonObject => value ?? {});

/** `params` of the four list methods. */
export const listParams = z.looseObject({ cursor: z.string().nullish() });

/** `params` of `tools/call` and `prompts/get`. */
export const namedCallParams = z.looseObject({
  name: z.string().transform(printable),
  arguments: givenArguments,
});

/** `params` of `resources/read`, `resources/subscribe` and `resources/unsubscribe`. */
export const readParams = z.looseObject({ uri: z.string().transform(printable) });

/** `params` of `logging/setLevel`. */
export const levelParams = z.looseObject({ level: noticeLevel });

/** `params` of `completion/complete`. */
export const completeParams = z.looseObject({
  ref: z.discriminatedUnion('type', [
    z.looseObject({ type: z.literal('ref/prompt'), name: z.string().transform(printable) }),
    z.looseObject({ type: z.literal('ref/resource'), uri: z.string().transform(printable) }),
  ]),
  argument: z.looseObject({ name: z.string(), value: z.string() }),
});

/**
 * Reads the `params` of one request.
 * @throws InvalidParamsError that names the first bad member
 */
export function readRequestParams<T>(schema: z.ZodType<T>, params: JsonValue): T {
  const parsed = schema.safeParse(params);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue?.path.map(String).join('.') ?? '';
  throw new InvalidParamsError(
    `Invalid params: ${path === '' ? '' : `${path}: `}${issue?.message ?? 'invalid'}`,
  );
}

/** Names come back in messages and logs, where control characters would do harm (operations.md §10). */
function printable(name: string): string {
  return name.replace(/\p{Cc}/gu, '');
}
