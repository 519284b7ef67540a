import { isJsonArray, isJsonObject, type JsonValue } from '../../common/domain/json.js';
import { toJsonText } from '../../common/domain/json-text.js';
import type { Output } from '../../common/domain/output.js';
import { EndpointNotFoundError } from '../../common/errors/endpoint-errors.js';
import type { McpResult } from './mcp-answer.js';

/** Reads one resource of this server as its caller may, and gives its contents. */
export type ResourceReader = (uri: string) => Promise<McpResult>;

/**
 * The messages of `prompts/get` (endpoints.md §4.5): `assistant` stays, every other role is `user`; a
 * message of type `resource` embeds the resource that its text names.
 * @throws what reading a resource throws, except that an unknown URI stays text
 */
export async function promptMessages(output: Output, read: ResourceReader): Promise<readonly McpResult[]> {
  const rendered: readonly JsonValue[] =
    output.kind === 'value' && isJsonArray(output.value) ? output.value : [];
  const messages: McpResult[] = [];
  for (const message of rendered) messages.push(await promptMessage(message, read));
  return messages;
}

async function promptMessage(message: JsonValue, read: ResourceReader): Promise<McpResult> {
  // what a policy left of a message may lack any member
  const { prompt, role, type } = isJsonObject(message) ? message : { prompt: message };
  const text = typeof prompt === 'string' ? prompt : toJsonText(prompt ?? null);
  const resource = type === 'resource' ? await found(text.trim(), read) : null;
  return {
    role: role === 'assistant' ? 'assistant' : 'user',
    content: resource === null ? { type: 'text', text } : { type: 'resource', resource },
  };
}

async function found(uri: string, read: ResourceReader): Promise<McpResult | null> {
  try {
    return await read(uri);
  } catch (error) {
    if (error instanceof EndpointNotFoundError) return null;
    throw error;
  }
}
