import type { JsonObject, JsonValue } from '../../../common/domain/json.js';
import type { ContentBlock, Output } from '../../../common/domain/output.js';
import type { Question } from '../../../common/domain/question.js';
import { isJsonObject } from '../../../common/domain/json.js';
import { ExecutionFailedError } from '../../../common/errors/endpoint-errors.js';
import { ProtocolError } from './protocol-error.js';
import { objectMember, objectsMember, optionalNumber, optionalText, textMember, wordMember } from './wire.js';

const failureKinds = ['raised', 'load', 'missing', 'cancelled', 'too_large', 'ended'] as const;
type FailureKind = (typeof failureKinds)[number];

/** Python code failed. The message is the exception's own text; the rest is for the log only. */
export class PythonFailure extends ExecutionFailedError {
  constructor(
    text: string,
    readonly kind: FailureKind,
    /** Name of the exception's class. */
    readonly exception: string,
    readonly place: { readonly file: string | null; readonly line: number | null },
    readonly traceback: string | null,
  ) {
    super(text);
  }
}

/** The failure that an `error` message tells of. */
export function failureOf(message: JsonObject): PythonFailure {
  const error = objectMember(message, 'error');
  return new PythonFailure(
    textMember(error, 'text'),
    wordMember(error, 'kind', failureKinds),
    textMember(error, 'class'),
    { file: optionalText(error, 'file'), line: optionalNumber(error, 'line') },
    optionalText(error, 'traceback'),
  );
}

/** What a call of the worker ended with; `bytes` when the function returned bytes themselves. */
export type CallEnd = Output | { readonly kind: 'bytes'; readonly base64: string };

/**
 * Reads the result of a call.
 * @param parts items that were sent before the result
 */
export function callEndOf(message: JsonObject, parts: readonly JsonValue[]): CallEnd {
  if (message['value'] !== undefined) return { kind: 'value', value: message['value'] };
  if (message['parts'] !== undefined) return { kind: 'value', value: parts };
  if (message['bytes'] !== undefined) return { kind: 'bytes', base64: textMember(message, 'bytes') };
  if (message['content'] !== undefined) {
    return { kind: 'content', blocks: objectsMember(message, 'content').map(blockOf) };
  }
  return { kind: 'ask', questions: questionsOf(message, 'ask') };
}

/** The questions under a member. */
export function questionsOf(message: JsonObject, key: string): readonly Question[] {
  return objectsMember(message, key).map(questionOf);
}

function questionOf(question: JsonObject): Question {
  const kind = wordMember(question, 'kind', ['form', 'url', 'sample', 'roots']);
  switch (kind) {
    case 'form':
      return { kind, message: textMember(question, 'message'), schema: objectMember(question, 'schema') };
    case 'url':
      return { kind, message: textMember(question, 'message'), url: textMember(question, 'url') };
    case 'sample':
      return { kind, params: objectMember(question, 'params') };
    case 'roots':
      return { kind };
  }
}

function blockOf(block: JsonObject): ContentBlock {
  const { annotations } = block;
  const content = contentOf(block);
  return isJsonObject(annotations) ? { ...content, annotations } : content;
}

function contentOf(block: JsonObject): ContentBlock {
  const type = wordMember(block, 'type', ['text', 'image', 'audio', 'resource', 'resource_link']);
  const mimeType = optionalText(block, 'mimeType');
  switch (type) {
    case 'text':
      return { type, text: textMember(block, 'text') };
    case 'image':
    case 'audio':
      return { type, data: textMember(block, 'data'), mimeType: textMember(block, 'mimeType') };
    case 'resource': {
      const [text, blob] = [optionalText(block, 'text'), optionalText(block, 'blob')];
      if ((text === null) === (blob === null)) throw new ProtocolError('a resource without text or blob');
      return { type, uri: textMember(block, 'uri'), mimeType, ...given({ text }), ...given({ blob }) };
    }
    case 'resource_link': {
      const [title, description] = [optionalText(block, 'title'), optionalText(block, 'description')];
      return {
        type,
        uri: textMember(block, 'uri'),
        name: textMember(block, 'name'),
        mimeType,
        ...given({ title }),
        ...given({ description }),
      };
    }
  }
}

/** Members that are not null. */
function given<K extends string>(members: Readonly<Record<K, string | null>>): { [key in K]?: string } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null)) as {
    [key in K]?: string;
  };
}
