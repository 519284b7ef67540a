import type { JsonObject } from '../../../../common/domain/json.js';
import type { ContentBlock } from '../../../../common/domain/output.js';
import { asText } from './argument.js';
import { plainValue } from '../thread/result-value.js';

/** Hints of MCP for whoever uses a piece of content. */
export interface Annotations {
  /** Whom it is meant for. */
  readonly audience?: readonly ('user' | 'assistant')[];
  /** From 0, optional, to 1, required. */
  readonly priority?: number;
  /** ISO 8601. */
  readonly lastModified?: string;
}

declare const content: unique symbol;

/**
 * A piece of MCP content, made by `text`, `image`, `audio`, `resource` or `link`. An endpoint that returns one, or a
 * list of nothing else, sends it as MCP content; any other value is data, whatever its keys.
 */
export interface Content {
  readonly [content]: true;
}

const made = new WeakSet<object>();

/** Text. */
export function text(value: string, annotations?: Annotations): Content {
  return brand({ type: 'text', text: asText(value) }, annotations);
}

/**
 * A picture.
 * @param data the file's bytes, or their base64
 * @param mimeType such as `image/png`
 */
export function image(data: Uint8Array | string, mimeType: string, annotations?: Annotations): Content {
  return brand({ type: 'image', data: base64(data), mimeType }, annotations);
}

/**
 * A sound.
 * @param data the file's bytes, or their base64
 * @param mimeType such as `audio/wav`
 */
export function audio(data: Uint8Array | string, mimeType: string, annotations?: Annotations): Content {
  return brand({ type: 'audio', data: base64(data), mimeType }, annotations);
}

/** A document in full: its text, or the bytes of its file. */
export function resource(
  document: {
    readonly uri: string;
    readonly mimeType?: string;
  } & ({ readonly text: string } | { readonly blob: Uint8Array | string }),
  annotations?: Annotations,
): Content {
  const { uri, mimeType = null } = document;
  const body = 'text' in document ? { text: document.text } : { blob: base64(document.blob) };
  return brand({ type: 'resource', uri, mimeType, ...body }, annotations);
}

/** Where a document is that the caller may read. */
export function link(
  document: {
    readonly uri: string;
    readonly name: string;
    readonly title?: string;
    readonly description?: string;
    readonly mimeType?: string;
  },
  annotations?: Annotations,
): Content {
  const { uri, name, title, description, mimeType = null } = document;
  const words = {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
  };
  return brand({ type: 'resource_link', uri, name, ...words, mimeType }, annotations);
}

/** The blocks that a function returned as content; null when it returned data. */
export function contentOf(returned: unknown): readonly ContentBlock[] | null {
  if (isBlock(returned)) return [returned];
  return Array.isArray(returned) && returned.length > 0 && returned.every(isBlock) ? returned : null;
}

function isBlock(value: unknown): value is ContentBlock {
  return typeof value === 'object' && value !== null && made.has(value);
}

function brand(block: ContentBlock, annotations: Annotations | undefined): Content {
  // plain data that can cross the thread's border, checked here where its maker is on the stack
  const plain = plainValue({ ...block, ...(annotations === undefined ? {} : { annotations }) });
  const frozen = Object.freeze(plain as JsonObject);
  made.add(frozen);
  return frozen as unknown as Content;
}

function base64(data: Uint8Array | string): string {
  return typeof data === 'string'
    ? data
    : Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
}
