import type { JsonValue } from './json.js';

/** MCP content as an endpoint made it; `data` and `blob` are base64. */
export type ContentBlock =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image' | 'audio'; readonly data: string; readonly mimeType: string }
  | {
      readonly type: 'resource';
      readonly uri: string;
      readonly mimeType: string | null;
      readonly text: string;
    }
  | {
      readonly type: 'resource_link';
      readonly uri: string;
      readonly name: string;
      readonly mimeType: string | null;
    };

/** What an endpoint answered: plain data, or MCP content. */
export type Output =
  | { readonly kind: 'value'; readonly value: JsonValue }
  | { readonly kind: 'content'; readonly blocks: readonly ContentBlock[] };

export function valueOutput(value: JsonValue): Output {
  return { kind: 'value', value };
}
