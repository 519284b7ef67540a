import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../common/domain/json.js';
import type { Output } from '../../common/domain/output.js';
import { EndpointNotFoundError } from '../../common/errors/endpoint-errors.js';
import type { McpResult } from './mcp-answer.js';

/** Reads one resource of this server as its caller may, and gives its contents. */
export type ResourceReader = (uri: string) => Promise<readonly McpResult[]>;

/** What a message may show instead of its text: the resource that the text names. */
const kinds = ['resource', 'image', 'audio'] as const;

/**
 * The messages of `prompts/get` (endpoints.md §4.5): `assistant` stays, every other role is `user`; a message of
 * type `resource` embeds the resource that its text names, one of type `image` or `audio` shows it. What a policy
 * took the text of is no message any more.
 * @throws what reading a resource throws, except that an unknown URI stays text, and so does a message of type
 *   `image` or `audio` whose resource is neither
 */
export async function promptMessages(output: Output, read: ResourceReader): Promise<readonly McpResult[]> {
  const rendered: readonly JsonValue[] =
    output.kind === 'value' && isJsonArray(output.value) ? output.value : [];
  const messages: McpResult[] = [];
  for (const message of rendered) {
    if (!isJsonObject(message)) continue;
    const { prompt, ...rest } = message;
    if (typeof prompt === 'string') messages.push(await promptMessage(prompt, rest, read));
  }
  return messages;
}

async function promptMessage(
  text: string,
  { role, type }: JsonObject,
  read: ResourceReader,
): Promise<McpResult> {
  const kind = kinds.find((candidate) => candidate === type);
  const resource = kind === undefined ? null : await found(text.trim(), read);
  return {
    role: role === 'assistant' ? 'assistant' : 'user',
    content: (kind === undefined || resource === null ? null : shown(kind, resource)) ?? {
      type: 'text',
      text,
    },
  };
}

/** Null when the resource is not of the kind that the message is to show. */
function shown(kind: (typeof kinds)[number], resource: McpResult): McpResult | null {
  if (kind === 'resource') return { type: kind, resource };
  const { mimeType, blob } = resource;
  const isOfKind = typeof mimeType === 'string' && mimeType.startsWith(`${kind}/`);
  return isOfKind && blob !== undefined ? { type: kind, data: blob, mimeType } : null;
}

async function found(uri: string, read: ResourceReader): Promise<McpResult | null> {
  try {
    // a message has room for one
    return (await read(uri))[0] ?? null;
  } catch (error) {
    if (error instanceof EndpointNotFoundError) return null;
    throw error;
  }
}
