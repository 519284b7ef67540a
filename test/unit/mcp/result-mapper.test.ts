import { describe, expect, it } from 'vitest';
import type { CallOutcome } from '../../../src/common/domain/call.js';
import type { JsonValue } from '../../../src/common/domain/json.js';
import { valueOutput, type ContentBlock } from '../../../src/common/domain/output.js';
import type { TypeNode } from '../../../src/common/domain/type-node.js';
import { resourceContents, toolResult } from '../../../src/modules/mcp/result-mapper.js';
import { finishedCall } from '../../../src/modules/pipeline/finished-call.js';
import { anEndpoint } from '../../builders/an-endpoint.js';

function outcome(value: JsonValue, type?: TypeNode['type']): CallOutcome {
  const returns = type === undefined ? null : { type, sensitive: false, additionalProperties: true };
  return finishedCall(anEndpoint({ returns }), valueOutput(value), 0);
}

describe('toolResult', () => {
  it.each<[JsonValue, string]>([
    ['as it is', 'as it is'],
    [[], '[]'],
    [null, 'null'],
    [[{ id: 1, qty: null }], '[{"id":1,"qty":null}]'],
  ])('shows %j in one text block', (value, text) => {
    expect(toolResult(outcome(value))).toEqual({ content: [{ type: 'text', text }], isError: false });
  });

  it('wraps arrays and scalars, and leaves objects as they are', () => {
    expect(toolResult(outcome([1], 'array'))).toMatchObject({ structuredContent: { result: [1] } });
    expect(toolResult(outcome('x', 'string'))).toMatchObject({ structuredContent: { result: 'x' } });
    expect(toolResult(outcome({ a: 1 }, 'object'))).toMatchObject({ structuredContent: { a: 1 } });
  });

  it('has an object for clients also when a policy removed the whole object', () => {
    expect(toolResult(outcome(null, 'object'))).toMatchObject({
      content: [{ text: 'null' }],
      structuredContent: {},
    });
  });

  it('writes integers beyond 2^53 with all digits in both places', () => {
    const text = JSON.stringify(toolResult(outcome({ n: 18446744073709551615n }, 'object')));
    expect(text).toContain('"structuredContent":{"n":18446744073709551615}');
    expect(text).toContain('{\\"n\\":18446744073709551615}');
  });
});

describe('toolResult of MCP content', () => {
  it('is the blocks in the shape of the protocol, annotations kept', () => {
    const annotations = { audience: ['user'], priority: 0.5 };
    const blocks: ContentBlock[] = [
      { type: 'text', text: 'a', annotations },
      { type: 'audio', data: 'AA==', mimeType: 'audio/wav' },
      { type: 'resource', uri: 'a://b', mimeType: 'text/plain', text: 't', annotations },
      { type: 'resource', uri: 'a://c', mimeType: null, blob: 'AQ==' },
      { type: 'resource_link', uri: 'a://d', name: 'd', title: 'D', mimeType: null },
    ];
    expect(toolResult({ ...outcome(null), output: { kind: 'content', blocks } })).toEqual({
      content: [
        { type: 'text', text: 'a', annotations },
        { type: 'audio', data: 'AA==', mimeType: 'audio/wav' },
        { type: 'resource', resource: { uri: 'a://b', mimeType: 'text/plain', text: 't' }, annotations },
        { type: 'resource', resource: { uri: 'a://c', blob: 'AQ==' } },
        { type: 'resource_link', uri: 'a://d', name: 'd', title: 'D' },
      ],
      isError: false,
    });
  });
});

describe('resourceContents', () => {
  it('sends a string verbatim as text/plain', () => {
    expect(resourceContents('a://b', outcome('hello'))).toEqual([
      { uri: 'a://b', mimeType: 'text/plain', text: 'hello' },
    ]);
  });

  it('sends anything else as indented JSON', () => {
    expect(resourceContents('a://b', outcome({ n: 9007199254740993n }))).toMatchObject([
      { text: '{\n  "n": 9007199254740993\n}' },
    ]);
  });

  it('sends one item for each content block, bytes as blob', () => {
    const blocks: ContentBlock[] = [
      { type: 'text', text: 'a' },
      { type: 'image', data: 'AA==', mimeType: 'image/png' },
      { type: 'resource', uri: 'a://part', mimeType: null, blob: 'AQ==' },
      { type: 'resource', uri: 'a://note', mimeType: 'text/markdown', text: '# n' },
      { type: 'resource_link', uri: 'https://x.example', name: 'x', mimeType: null },
    ];
    expect(resourceContents('a://b', { ...outcome(null), output: { kind: 'content', blocks } })).toEqual([
      { uri: 'a://b', mimeType: 'text/plain', text: 'a' },
      { uri: 'a://b', mimeType: 'image/png', blob: 'AA==' },
      { uri: 'a://part', mimeType: 'text/plain', blob: 'AQ==' },
      { uri: 'a://note', mimeType: 'text/markdown', text: '# n' },
      { uri: 'a://b', mimeType: 'text/uri-list', text: 'https://x.example' },
    ]);
  });
});
