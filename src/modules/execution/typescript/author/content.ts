import type { JsonObject } from '../../../../common/domain/json.js';
import type { ContentBlock } from '../../../../common/domain/output.js';
import { asText, asTextOrNull } from './argument.js';
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
  return brand({ type: 'image', data: base64(data), mimeType: asText(mimeType) }, annotations);
}

/**
 * A sound.
 * @param data the file's bytes, or their base64
 * @param mimeType such as `audio/wav`
 */
export function audio(data: Uint8Array | string, mimeType: string, annotations?: Annotations): Content {
  return brand({ type: 'audio', data: base64(data), mimeType: asText(mimeType) }, annotations);
}

/** A document in full: its text, or the bytes of its file. */
export function resource(
  document: {
    readonly uri: string;
    readonly mimeType?: string;
  } & ({ readonly text: string } | { readonly blob: Uint8Array | string }),
  annotations?: Annotations,
): Content {
  const { uri, mimeType } = document;
  const body = 'text' in document ? { text: asText(document.text) } : { blob: base64(document.blob) };
  const about = { uri: asText(uri), mimeType: asTextOrNull(mimeType) };
  return brand({ type: 'resource', ...about, ...body }, annotations);
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
  const { uri, name, title, description, mimeType } = document;
  const words = {
    uri: asText(uri),
    name: asText(name),
    ...(title === undefined ? {} : { title: asText(title) }),
    ...(description === undefined ? {} : { description: asText(description) }),
  };
  return brand({ type: 'resource_link', ...words, mimeType: asTextOrNull(mimeType) }, annotations);
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

/** A client refuses a whole answer for one block that is not base64, so it is refused where it is made. */
function base64(data: unknown): string {
  if (data instanceof Uint8Array) {
    return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
  }
  if (typeof data === 'string' && data.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(data)) return data;
  throw new TypeError('Data of MCP content must be bytes, or text in base64');
}
