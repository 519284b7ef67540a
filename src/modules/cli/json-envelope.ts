import type { JsonObject, JsonValue } from '../../common/domain/json.js';
import { toAsciiJsonText } from '../../common/domain/json-text.js';

/** The one document of a command that ran (cli.md §1.3); look inside `result` for its verdict. */
export function successEnvelope(result: JsonValue): JsonObject {
  return { status: 'ok', result };
}

/** The one document of a command that failed; with `--debug` also the error's class and trace. */
export function failureEnvelope(message: string, error: unknown, isDebug: boolean): JsonObject {
  const envelope = { status: 'error', error: message };
  return isDebug ? { ...envelope, traceback: traceOf(error), type: nameOf(error) } : envelope;
}

/** Indented by two, with every character outside ASCII escaped, and a line end. */
export function documentText(document: JsonObject): string {
  return toAsciiJsonText(document, 2) + '\n';
}

/** The stack, followed by those of its causes. */
export function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\nCaused by: ${traceOf(error.cause)}`;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
