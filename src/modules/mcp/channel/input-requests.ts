import { z } from 'zod';
import type { JsonValue } from '../../../common/domain/json.js';
import type { Question } from '../../../common/domain/question.js';
import { fitsForm } from './form-check.js';

/** A question as MCP sends it. */
export interface InputRequest {
  readonly method: 'elicitation/create' | 'sampling/createMessage' | 'roots/list';
  readonly params: Readonly<Record<string, unknown>>;
}

type Capabilities = Readonly<Record<string, unknown>>;

const elicited = z.looseObject({
  action: z.enum(['accept', 'decline', 'cancel']),
  content: z.record(z.string(), z.unknown()).nullish(),
});
const sampled = z.looseObject({ role: z.string(), content: z.unknown(), model: z.string() });
const rooted = z.looseObject({ roots: z.array(z.looseObject({ uri: z.string() })) });

export function inputRequest(question: Question): InputRequest {
  switch (question.kind) {
    case 'form':
      return {
        method: 'elicitation/create',
        // without `mode`, as the revisions before 2025-11-25 know it
        params: { message: question.message, requestedSchema: question.schema },
      };
    case 'url':
      return {
        method: 'elicitation/create',
        params: { mode: 'url', message: question.message, url: question.url },
      };
    case 'sample':
      return { method: 'sampling/createMessage', params: question.params };
    case 'roots':
      return { method: 'roots/list', params: {} };
  }
}

/**
 * What of the capabilities that the questions need the client did not declare; null when nothing is missing.
 * A client that declares elicitation without a mode means forms.
 */
export function missingCapabilities(
  questions: readonly Question[],
  declared: Capabilities | null,
): Capabilities | null {
  const missing: Record<string, Record<string, unknown>> = {};
  for (const question of questions) {
    const [capability, member] = neededCapability(question);
    const given = declared?.[capability];
    if (isRecord(given) && (member === null || member in given || isPlainForm(member, given))) continue;
    missing[capability] = { ...missing[capability], ...(member === null ? {} : { [member]: {} }) };
  }
  return Object.keys(missing).length === 0 ? null : missing;
}

/**
 * The client's answer to a question, as endpoint code gets it; undefined when it is no answer to that question:
 * of the wrong shape, or a form filled in against its schema.
 */
export function answerTo(question: Question, response: unknown): JsonValue | undefined {
  switch (question.kind) {
    case 'form': {
      const read = elicited.safeParse(response);
      if (!read.success) return undefined;
      if (read.data.action !== 'accept') return { action: read.data.action };
      const content = plain(read.data.content ?? {});
      return fitsForm(question.schema, content) ? { action: 'accept', content } : undefined;
    }
    case 'url': {
      const read = elicited.safeParse(response);
      return read.success ? { action: read.data.action } : undefined;
    }
    case 'sample':
      return sampled.safeParse(response).success ? plain(response) : undefined;
    case 'roots':
      return rooted.safeParse(response).success ? plain(response) : undefined;
  }
}

function neededCapability(question: Question): [capability: string, member: string | null] {
  if (question.kind === 'sample') {
    return ['sampling', 'tools' in question.params || 'toolChoice' in question.params ? 'tools' : null];
  }
  return question.kind === 'roots' ? ['roots', null] : ['elicitation', question.kind];
}

function isPlainForm(member: string, given: Readonly<Record<string, unknown>>): boolean {
  return member === 'form' && !('url' in given);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** It came in a message that we parsed, so it is plain data. */
function plain(value: unknown): JsonValue {
  return value as JsonValue;
}
