import type { ContentBlock } from '../../../common/domain/output.js';

/** MCP content as people read it: texts, and of everything else what it is. */
export function contentLines(blocks: readonly ContentBlock[]): readonly string[] {
  return [
    '',
    `📋 MCP content (${blocks.length} blocks):`,
    '',
    ...blocks.map((block) => `  • ${shown(block)}`),
  ];
}

function shown(block: ContentBlock): string {
  switch (block.type) {
    case 'text':
      return `text: ${block.text}`;
    case 'image':
    case 'audio':
      return `${block.type}: ${block.mimeType}, ${sizeOf(block.data)} bytes`;
    case 'resource_link':
      return `link: ${block.name}, ${block.uri}`;
    case 'resource': {
      const { uri, mimeType, text, blob } = block;
      const type = mimeType === null ? '' : `, ${mimeType}`;
      return `resource: ${uri}${type}, ${text === undefined ? `${sizeOf(blob ?? '')} bytes` : `text: ${text}`}`;
    }
  }
}

function sizeOf(base64: string): number {
  return Buffer.byteLength(base64, 'base64');
}
