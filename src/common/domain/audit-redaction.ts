import { createHash } from 'node:crypto';
import type { AuditConfig } from './app-config.js';
import type { AuditEvent } from './audit-record.js';
import type { Endpoint } from './endpoint.js';
import { isJsonArray, isJsonObject, jsonKind, objectOf, type JsonObject, type JsonValue } from './json.js';
import { toJsonText, valueText } from './json-text.js';
import { keyMatcher, type KeyMatcher } from './redact-keys.js';
import { withoutSqlLiterals } from './sql-literals.js';
import type { TypeNode } from './type-node.js';

const REDACTED = '[REDACTED]';
/** Shorter literals are not searched for in texts: they would match anywhere. */
const SHORTEST_SCRUBBED = 4;

/** What audit keeps of one call. */
export interface CapturedCall {
  readonly input_data: JsonObject;
  readonly output_data: JsonValue;
  readonly error: string | null;
  /** Replaces every redacted value in another text of the record, such as a resource's concrete URI. */
  readonly scrub: (text: string) => string;
}

/**
 * What may be written of a call (audit.md §7): members marked sensitive and keys of `redact_keys` are
 * replaced by `[REDACTED]`, the output is kept as `output_capture` says, large values are replaced by
 * size and hash, and the error text loses every redacted value. Nothing given is changed.
 *
 * @param endpoint null when the call named none
 * @param output undefined when there was none, or it is not plain data
 * @param answerText the output as sent, where it is known, so that it need not be made again
 */
export function captureForAudit(
  endpoint: Endpoint | null,
  input: JsonObject,
  output: JsonValue | undefined,
  error: string | null,
  config: AuditConfig,
  answerText: string | null = null,
): CapturedCall {
  const walk: Walk = { keys: keyMatcher(config.redactKeys), removed: [] };
  const plan = endpoint === null ? null : planOf(endpoint);
  const shownInput = redactInput(plan, endpoint, input, config, walk);
  let shownOutput: JsonValue = null;
  if (output !== undefined && config.outputCapture === 'full') {
    shownOutput = redacted(output, plan?.output ?? null, walk);
  } else if (output !== undefined) {
    // the walk finds what the error text must not show, and is not needed when there is no such text
    if (error !== null) redacted(output, plan?.output ?? null, walk);
    shownOutput = config.outputCapture === 'none' ? null : summary(output, answerText);
  }
  const scrub = (text: string): string => scrubbed(text, walk.removed);
  return {
    input_data: bounded(shownInput, config.maxValueBytes),
    output_data: bounded(shownOutput, config.maxValueBytes),
    error: error === null ? null : scrub(hidesLiterals(endpoint, config) ? withoutExcerpt(error) : error),
    scrub,
  };
}

/** Events whose `details` have lost every value under a key of `redact_keys`. */
export function redactEvents(events: readonly AuditEvent[], config: AuditConfig): readonly AuditEvent[] {
  if (events.length === 0) return events;
  const walk: Walk = { keys: keyMatcher(config.redactKeys), removed: [] };
  return events.map((event) => ({ ...event, details: redactedMembers(event.details, null, walk) }));
}

/** Which members of a value are sensitive; null: none below here. */
type Plan = null | {
  readonly whole: boolean;
  readonly items: Plan;
  readonly members: ReadonlyMap<string, Plan>;
};

interface EndpointPlan {
  readonly input: Plan;
  readonly output: Plan;
}

interface Walk {
  readonly keys: KeyMatcher;
  /** Texts of everything that was redacted. */
  readonly removed: string[];
}

const plans = new WeakMap<Endpoint, EndpointPlan>();

function planOf(endpoint: Endpoint): EndpointPlan {
  const known = plans.get(endpoint);
  if (known !== undefined) return known;
  const members = endpoint.parameters.map((parameter) => [parameter.name, planOfType(parameter)] as const);
  const plan = {
    input: planOfMembers(members),
    output: endpoint.returns === null ? null : planOfType(endpoint.returns),
  };
  plans.set(endpoint, plan);
  return plan;
}

function planOfType(node: TypeNode): Plan {
  if (node.sensitive) return { whole: true, items: null, members: new Map() };
  const items = node.items === undefined ? null : planOfType(node.items);
  const members = planOfMembers(
    Object.entries(node.properties ?? {}).map(([name, property]) => [name, planOfType(property)] as const),
  );
  if (items === null) return members;
  return { whole: false, items, members: members?.members ?? new Map<string, Plan>() };
}

function planOfMembers(entries: readonly (readonly [string, Plan])[]): Plan {
  const members = new Map(entries.filter(([, plan]) => plan !== null));
  return members.size === 0 ? null : { whole: false, items: null, members };
}

function redactInput(
  plan: EndpointPlan | null,
  endpoint: Endpoint | null,
  input: JsonObject,
  config: AuditConfig,
  walk: Walk,
): JsonObject {
  const shown = redactedMembers(input, plan?.input ?? null, walk);
  const source = endpoint?.source;
  if (source?.kind !== 'argument' || !hidesLiterals(endpoint, config)) return shown;
  const sql = shown[source.sql];
  if (typeof sql !== 'string') return shown;
  const stripped = withoutSqlLiterals(sql);
  walk.removed.push(...stripped.literals);
  return objectOf([...Object.entries(shown), [source.sql, stripped.sql]]);
}

/** True for SQL that the caller wrote, whose literals are not kept (audit.md §7). */
function hidesLiterals(endpoint: Endpoint | null, config: AuditConfig): boolean {
  return endpoint?.source.kind === 'argument' && config.outputCapture !== 'full';
}

/** Without the line of SQL that DuckDB points into: it cuts long lines, and literals with them. */
function withoutExcerpt(error: string): string {
  return error.replace(/\n\nLINE \d+: [\s\S]*$/u, '');
}

function redacted(value: JsonValue, plan: Plan, walk: Walk): JsonValue {
  if (plan?.whole === true) return removed(value, walk);
  if (isJsonArray(value)) {
    if (plan !== null && plan.items === null) return removed(value, walk);
    const items = value.map((item) => redacted(item, plan?.items ?? null, walk));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  if (isJsonObject(value)) {
    if (plan?.items != null && plan.members.size === 0) return removed(value, walk);
    return redactedMembers(value, plan, walk);
  }
  // a sensitive member is expected below a value that has no members, JSON text for example
  return plan === null || value === null ? value : removed(value, walk);
}

function redactedMembers(value: JsonObject, plan: Plan, walk: Walk): JsonObject {
  let changed = false;
  const entries: [string, JsonValue][] = [];
  for (const [key, member] of Object.entries(value)) {
    const shown = walk.keys(key)
      ? removed(member, walk)
      : redacted(member, plan?.members.get(key) ?? null, walk);
    changed ||= shown !== member;
    entries.push([key, shown]);
  }
  return changed ? objectOf(entries) : value;
}

function removed(value: JsonValue, walk: Walk): string {
  collectTexts(value, walk.removed);
  return REDACTED;
}

function collectTexts(value: JsonValue, into: string[]): void {
  if (isJsonArray(value)) for (const item of value) collectTexts(item, into);
  else if (isJsonObject(value)) for (const item of Object.values(value)) collectTexts(item, into);
  else if (value !== null && typeof value !== 'boolean') into.push(String(value));
}

/** Longest first, so that a value which contains another one leaves no rest. */
function scrubbed(text: string, values: readonly string[]): string {
  const wanted = new Set(values.flatMap((value) => [value, encodeURIComponent(value.toWellFormed())]));
  let clean = text;
  for (const value of [...wanted].sort((a, b) => b.length - a.length)) {
    if (value.length >= SHORTEST_SCRUBBED) clean = clean.replaceAll(value, REDACTED);
  }
  return clean;
}

function summary(output: JsonValue, answerText: string | null): JsonObject {
  const text = answerText ?? valueText(output);
  return { type: jsonKind(output), count: countOf(output), bytes: Buffer.byteLength(text) };
}

function countOf(output: JsonValue): number {
  if (output === null) return 0;
  if (isJsonArray(output)) return output.length;
  return isJsonObject(output) ? Object.keys(output).length : 1;
}

function bounded(value: JsonObject, maxBytes: number): JsonObject;
function bounded(value: JsonValue, maxBytes: number): JsonValue;
function bounded(value: JsonValue, maxBytes: number): JsonValue {
  if (roomAfter(value, maxBytes) >= 0) return value;
  const text = toJsonText(value);
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxBytes) return value;
  return { _truncated: true, bytes, sha256: createHash('sha256').update(text).digest('hex') };
}

/** What is left of `room` after the longest text the value can have; negative once it may not fit. */
function roomAfter(value: JsonValue, room: number): number {
  if (typeof value === 'string') return room - 6 * value.length - 2;
  if (typeof value === 'bigint') return room - value.toString().length;
  if (typeof value !== 'object' || value === null) return room - 25;
  let left = room - 2;
  if (isJsonArray(value)) {
    for (const item of value) {
      if (left < 0) return left;
      left = roomAfter(item, left - 1);
    }
    return left;
  }
  for (const [key, member] of Object.entries(value)) {
    if (left < 0) return left;
    left = roomAfter(member, left - 6 * key.length - 4);
  }
  return left;
}
