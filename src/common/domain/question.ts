import type { JsonObject } from './json.js';

/**
 * What endpoint code asks its caller in the middle of a call: the user by a form or a URL (MCP elicitation),
 * or, deprecated by MCP 2026-07-28, the client's model or its roots.
 */
export type Question =
  | {
      readonly kind: 'form';
      readonly message: string;
      /** JSON Schema of the wanted answer: an object of scalars. */
      readonly schema: JsonObject;
    }
  | { readonly kind: 'url'; readonly message: string; readonly url: string }
  /** `params` of `sampling/createMessage`. */
  | { readonly kind: 'sample'; readonly params: JsonObject }
  | { readonly kind: 'roots' };
