import type { JsonObject, JsonValue } from './json.js';
import type { Question } from './question.js';

/** MCP content as an endpoint made it; `data` and `blob` are base64. `annotations` are MCP's, as given. */
export type ContentBlock = { readonly annotations?: JsonObject } & (
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image' | 'audio'; readonly data: string; readonly mimeType: string }
  | {
      readonly type: 'resource';
      readonly uri: string;
      readonly mimeType: string | null;
      /** Exactly one of the two is there. */
      readonly text?: string;
      readonly blob?: string;
    }
  | {
      readonly type: 'resource_link';
      readonly uri: string;
      readonly name: string;
      readonly title?: string;
      readonly description?: string;
      readonly mimeType: string | null;
    }
);

/** What an endpoint answered: plain data, or MCP content. */
export type Answer =
  | { readonly kind: 'value'; readonly value: JsonValue }
  | { readonly kind: 'content'; readonly blocks: readonly ContentBlock[] };

/** How a run of an endpoint ended: with an answer, or with what its caller must be asked first. */
export type Output = Answer | { readonly kind: 'ask'; readonly questions: readonly Question[] };

export function valueOutput(value: JsonValue): Answer {
  return { kind: 'value', value };
}
