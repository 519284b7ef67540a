/**
 * `mxcp-server/runtime`: what endpoint functions in TypeScript and JavaScript can use. Everything here works inside
 * a function that mxcp calls, and in what that function awaits; elsewhere it throws `NoCallError`.
 */
import type { JsonObject, JsonValue } from '../../../../common/domain/json.js';
import type { NoticeLevel } from '../../../../common/domain/caller-channel.js';
import type { Question } from '../../../../common/domain/question.js';
import { scope } from '../thread/call-scope.js';
import { asNumber, asObject, asText, asTextOrNull } from './argument.js';
import type { UserFacts } from '../thread-messages.js';

export type { JsonObject, JsonValue } from '../../../../common/domain/json.js';
export { NoCallError, ServerError } from '../thread/errors.js';
export { audio, image, link, resource, text, type Annotations, type Content } from './content.js';
export { db, type Database, type Row, type Statements } from './database.js';
export type { SqlParameter, SqlParameters } from './sql-values.js';
export { addExecutionEvent, type ExecutionEvent } from './execution-event.js';

/** Who is calling. */
export type User = UserFacts;

/** Configuration and secrets of the active profile. */
export const config = {
  /** The parameters of a secret of the user file; null when there is none of that name. Do not log them. */
  getSecret(name: string): Promise<JsonObject | null> {
    return scope().request('secret', { name: asText(name) });
  },

  /**
   * A setting of `mxcp-site.yml`, its default where the file is silent; dots lead into nested ones.
   * @param fallback for a key that nothing is known of
   */
  async getSetting(key: string, fallback: JsonValue = null): Promise<JsonValue> {
    return (await scope().request('setting', { key: asText(key) })) ?? fallback;
  },
};

/** More to say beside a message; `logger` names its source. */
export type LogExtra = Readonly<Record<string, unknown>> & { readonly logger?: string };

/** Log notifications of MCP to whoever calls. */
export const log = {
  debug: (message: string, extra?: LogExtra): Promise<void> => tell('debug', message, extra),
  info: (message: string, extra?: LogExtra): Promise<void> => tell('info', message, extra),
  warning: (message: string, extra?: LogExtra): Promise<void> => tell('warning', message, extra),
  error: (message: string, extra?: LogExtra): Promise<void> => tell('error', message, extra),
};

/**
 * Tells the caller how far the work is, if it wants to know.
 * @param done grows from call to call
 */
export async function progress(done: number, total?: number, message?: string): Promise<void> {
  scope().notice({
    kind: 'progress',
    done: asNumber(done),
    total: total === undefined ? null : asNumber(total),
    message: asTextOrNull(message),
  });
  return Promise.resolve();
}

/** What a user answered: `content` is there with `accept`. */
export interface Elicited<T = JsonObject> {
  readonly action: 'accept' | 'decline' | 'cancel';
  readonly content?: T;
}

/**
 * Asks the user to fill in a form. Questions asked together (`Promise.all`) go out together.
 *
 * A caller of the newest protocol answers by calling again: then the function is run anew, up to here and on. So ask
 * before anything that must not be done twice, and ask the same in the same order.
 * @param schema JSON Schema of an object of scalars
 * @throws ServerError with code `CAPABILITY_MISSING` when the caller cannot be asked
 */
export async function elicit<T = JsonObject>(message: string, schema: object): Promise<Elicited<T>> {
  const answer = await ask({ kind: 'form', message: asText(message), schema: asObject(schema, 'schema') });
  // checked against the schema by who asked
  return answer as unknown as Elicited<T>;
}

/** Asks the user to visit a page, such as a sign-in; otherwise as `elicit`. */
export async function elicitUrl(message: string, url: string | URL): Promise<Elicited<never>> {
  const answer = await ask({ kind: 'url', message: asText(message), url: asText(url) });
  return answer as unknown as Elicited<never>;
}

/**
 * Asks the caller's model; `params` and the answer are those of MCP's `sampling/createMessage`.
 * @deprecated since MCP 2026-07-28; few clients answer
 */
export function sample(params: object): Promise<JsonValue> {
  return ask({ kind: 'sample', params: asObject(params, 'params') });
}

/**
 * Asks the caller for its roots.
 * @deprecated since MCP 2026-07-28; few clients answer
 */
export function roots(): Promise<JsonValue> {
  return ask({ kind: 'roots' });
}

/** Who is calling; null for nobody that is known. `externalToken` is a secret: do not log it. */
export function user(): Promise<User | null> {
  return scope().request('user', null);
}

/** Headers of the HTTP request by lower-case name, without credentials. */
export function headers(): Promise<Readonly<Record<string, string>>> {
  return scope().request('headers', null);
}

/** Fires when the caller cancels or the time is up; pass it on: `fetch(url, { signal: signal() })`. */
export function signal(): AbortSignal {
  return scope().signal;
}

function ask(question: Question): Promise<JsonValue> {
  return scope().ask(question);
}

async function tell(level: NoticeLevel, message: string, extra: LogExtra = {}): Promise<void> {
  const { logger, ...rest } = extra;
  const more = asObject(rest, 'extra');
  const data = Object.keys(more).length === 0 ? asText(message) : { message: asText(message), ...more };
  scope().notice({ kind: 'log', level, data, logger: asTextOrNull(logger) });
  return Promise.resolve();
}
