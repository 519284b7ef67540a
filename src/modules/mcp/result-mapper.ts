import type { CallOutcome } from '../../common/domain/call.js';
import type { JsonObject } from '../../common/domain/json.js';
import { valueText, withRawIntegers } from '../../common/domain/json-text.js';
import type { ContentBlock, Output } from '../../common/domain/output.js';
import { structuredContent } from '../../common/domain/structured-content.js';
import { defaultMimeType } from './listing-entries.js';
import type { McpResult } from './mcp-answer.js';

/** Only text with a run of so many digits can hold an integer that a double rounds. */
const longDigits = /\d{16}/;

/** The result of `tools/call`: one text block, and with `return` the same value as structured content. */
export function toolResult({ endpoint, output, text }: CallOutcome): McpResult {
  if (output.kind !== 'value') return { content: blocksOf(output).map(contentBlock), isError: false };
  const structured =
    endpoint.returns === null
      ? {}
      : { structuredContent: exact(structuredContent(output.value, endpoint.returns), text) };
  return { content: [{ type: 'text', text }], ...structured, isError: false };
}

/**
 * The items of `resources/read`: a string verbatim, anything else as indented JSON (endpoints.md §4.4); of MCP
 * content one for each block.
 */
export function resourceContents(uri: string, { endpoint, output }: CallOutcome): readonly McpResult[] {
  const mimeType = endpoint.mimeType ?? defaultMimeType;
  if (output.kind === 'value') return [{ uri, mimeType, text: valueText(output.value, 2) }];
  return blocksOf(output).map((block) => blockContents(uri, mimeType, block));
}

function blockContents(uri: string, mimeType: string, block: ContentBlock): McpResult {
  switch (block.type) {
    case 'text':
      return { uri, mimeType, text: block.text };
    case 'image':
    case 'audio':
      return { uri, mimeType: block.mimeType, blob: block.data };
    case 'resource': {
      const content = block.text === undefined ? { blob: block.blob ?? '' } : { text: block.text };
      return { uri: block.uri, mimeType: block.mimeType ?? mimeType, ...content };
    }
    case 'resource_link':
      return { uri, mimeType: 'text/uri-list', text: block.uri };
  }
}

function blocksOf(output: Output): readonly ContentBlock[] {
  return output.kind === 'content' ? output.blocks : [];
}

/** Serialisers that are not ours round long integers unless they come as raw numbers. */
function exact(value: JsonObject, text: string): unknown {
  return longDigits.test(text) ? withRawIntegers(value) : value;
}

function contentBlock(block: ContentBlock): McpResult {
  if (block.type === 'resource') {
    const { type, uri, mimeType, text, blob, ...rest } = block;
    const content = text === undefined ? { blob: blob ?? '' } : { text };
    return { type, resource: { uri, ...(mimeType === null ? {} : { mimeType }), ...content }, ...rest };
  }
  if (block.type === 'resource_link') {
    const { mimeType, ...rest } = block;
    return { ...rest, ...(mimeType === null ? {} : { mimeType }) };
  }
  return { ...block };
}
