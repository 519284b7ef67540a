import { describe, expect, it } from 'vitest';
import { problemText, type Endpoint } from '../../../src/common/domain/endpoint.js';
import { readDefinition } from '../../../src/modules/endpoints/definition/definition-reader.js';
import { compileEndpoint, type CompiledEndpoint } from '../../../src/modules/endpoints/endpoint-compiler.js';
import type { LocatedSource } from '../../../src/modules/endpoints/source-files.js';

const located: LocatedSource = {
  language: 'sql',
  source: { kind: 'inline', code: 'SELECT 1' },
  problem: null,
};

function compile(yaml: string): CompiledEndpoint {
  const { definition, problems } = readDefinition(Buffer.from(yaml), 'tools/t.yml');
  if (definition === null) throw new TypeError(problems.map(problemText).join('; '));
  return compileEndpoint(definition, located);
}

/** A tool with these further lines. */
const tool = (...lines: string[]): Endpoint =>
  compile(['tool:', '  name: t', '  source: {code: SELECT 1}', ...lines].join('\n')).endpoint;

describe('compileEndpoint', () => {
  it('fills in what a definition leaves out', () => {
    expect(tool()).toMatchObject({
      kind: 'tool',
      id: 't',
      name: 't',
      title: null,
      description: '',
      tags: [],
      icons: [],
      annotations: null,
      file: 'tools/t.yml',
      language: 'sql',
      source: located.source,
      parameters: [],
      returns: null,
      mimeType: null,
      policies: null,
      limits: { rows: null, bytes: null, timeoutMs: null },
      cache: { ttlS: null, key: null, perUser: true },
      tests: [],
      outputSchema: null,
    });
  });

  it('is immutable', () => {
    expect(Object.isFrozen(tool())).toBe(true);
  });

  it('carries what clients see', () => {
    const endpoint = tool(
      '  title: Ours',
      '  description: Does it',
      '  tags: [a, b]',
      '  annotations: {title: Theirs, readOnlyHint: yes, destructiveHint: null}',
      '  icons: [{src: "https://a.test/i.png", sizes: [48x48], theme: dark}, {src: x, mimeType: null}]',
    );
    expect(endpoint).toMatchObject({ title: 'Ours', description: 'Does it', tags: ['a', 'b'] });
    expect(endpoint.annotations).toEqual({ title: 'Theirs', readOnlyHint: true });
    expect(endpoint.icons).toEqual([
      { src: 'https://a.test/i.png', sizes: ['48x48'], theme: 'dark' },
      { src: 'x' },
    ]);
  });

  it('takes the title of the annotations where there is no other', () => {
    expect(tool('  annotations: {title: Theirs}').title).toBe('Theirs');
  });

  it('names a resource by its URI unless it has a name', () => {
    const source = 'source: {code: x}, mime_type: text/csv';
    expect(compile(`resource: {uri: 'x://a', ${source}}`).endpoint).toMatchObject({
      kind: 'resource',
      id: 'x://a',
      name: 'x://a',
      mimeType: 'text/csv',
    });
    expect(compile(`resource: {name: n, uri: 'x://a', ${source}}`).endpoint).toMatchObject({
      id: 'x://a',
      name: 'n',
    });
  });

  it('keeps limits, and what a cache leaves out', () => {
    const limits = tool('  limits: {rows: 5, bytes: 0, timeout_ms: "250"}').limits;
    expect(limits).toEqual({ rows: 5, bytes: 0, timeoutMs: 250 });
    expect(tool('  cache: {}').cache).toEqual({ ttlS: 300, key: null, perUser: true });
    expect(tool('  cache: {ttl: 60, key: [a], per_user: no}').cache).toEqual({
      ttlS: 60,
      key: ['a'],
      perUser: false,
    });
  });

  it('keeps policies in order, and where each rule stands', () => {
    const endpoint = tool(
      '  policies:',
      '    input: [{condition: a, action: deny, reason: closed}, {condition: b, action: deny}]',
      '    output: [{condition: c, action: mask_fields, fields: [iban]}]',
    );
    expect(endpoint.policies).toEqual({
      input: [
        { condition: 'a', action: 'deny', reason: 'closed', fields: [], position: { line: 5, column: 13 } },
        { condition: 'b', action: 'deny', reason: null, fields: [], position: { line: 5, column: 59 } },
      ],
      output: [
        {
          condition: 'c',
          action: 'mask_fields',
          reason: null,
          fields: ['iban'],
          position: { line: 6, column: 14 },
        },
      ],
    });
    expect(tool('  policies: {}').policies).toEqual({ input: [], output: [] });
  });

  describe('types', () => {
    const typeOf = (node: string) => tool(`  return: ${node}`).returns;

    it('keep every constraint that is written', () => {
      expect(
        tool(
          '  parameters:',
          '    - name: a',
          '      type: string',
          '      format: email',
          '      description: d',
          '      examples: [x@y.z]',
          '      enum: [x@y.z, q@y.z]',
          '      sensitive: yes',
          '      minLength: 1',
          '      maxLength: 9',
          '      pattern: "^.+$"',
          '      x-mcp-header: Region',
          '    - {name: n, type: number, minimum: 1, maximum: 1_000, exclusiveMinimum: 0, exclusiveMaximum: 012, multipleOf: 0.5}',
          '    - {name: l, type: array, minItems: 0, maxItems: 3, uniqueItems: on, items: {type: integer}}',
        ).parameters,
      ).toEqual([
        {
          name: 'a',
          type: 'string',
          format: 'email',
          description: 'd',
          examples: ['x@y.z'],
          enum: ['x@y.z', 'q@y.z'],
          sensitive: true,
          minLength: 1,
          maxLength: 9,
          pattern: '^.+$',
          mcpHeader: 'Region',
          additionalProperties: true,
        },
        {
          name: 'n',
          type: 'number',
          sensitive: false,
          minimum: 1,
          maximum: 1000,
          exclusiveMinimum: 0,
          exclusiveMaximum: 10,
          multipleOf: 0.5,
          additionalProperties: true,
        },
        {
          name: 'l',
          type: 'array',
          sensitive: false,
          minItems: 0,
          maxItems: 3,
          uniqueItems: true,
          items: { type: 'integer', sensitive: false, additionalProperties: true },
          additionalProperties: true,
        },
      ]);
    });

    it('nest, and know which properties are required', () => {
      expect(typeOf('{type: object, properties: {a: {type: string, name: ignored}}, required: [a]}')).toEqual(
        {
          type: 'object',
          sensitive: false,
          properties: { a: { type: 'string', sensitive: false, additionalProperties: true } },
          required: ['a'],
          additionalProperties: true,
        },
      );
    });

    it.each([
      ['{type: object}', true],
      ['{type: object, additionalProperties: true}', true],
      ['{type: object, additionalProperties: false}', false],
      ['{type: object, additionalProperties: null}', false],
    ])('%s lets undeclared properties in: %s', (node, expected) => {
      expect(typeOf(node)?.additionalProperties).toBe(expected);
    });

    it('tell a default of null from none', () => {
      expect(typeOf('{type: string, default: null}')).toHaveProperty('default', null);
      expect(typeOf('{type: string, default: 0}')).toHaveProperty('default', 0);
      expect(typeOf('{type: string}')).not.toHaveProperty('default');
    });

    it('take unquoted dates as ISO text and keep every digit of long integers', () => {
      const [d] = tool(
        '  parameters:',
        '    - {name: d, type: string, format: date, default: 2024-01-31, enum: [2024-01-31, 2024-02-01 10:30:00]}',
      ).parameters;
      expect(d).toMatchObject({ default: '2024-01-31', enum: ['2024-01-31', '2024-02-01T10:30:00'] });
      expect(typeOf('{type: integer, examples: [9007199254740993, 0x1F, 1:30, 1e3]}')?.examples).toEqual([
        9007199254740993n,
        31,
        90,
        '1e3',
      ]);
    });
  });

  it('keeps tests as written, with the assertions that are there', () => {
    const { tests } = tool(
      '  tests:',
      '    - name: all',
      '      description: d',
      '      arguments: [{key: a, value: 2024-01-31}, {key: b, value: null}]',
      '      user_context: {role: admin}',
      '      result: null',
      '      result_length: "2"',
      '      result_contains_all: [{a: 1}]',
      '    - {name: none, arguments: []}',
    );
    expect(tests).toEqual([
      {
        name: 'all',
        description: 'd',
        arguments: [
          { key: 'a', value: '2024-01-31' },
          { key: 'b', value: null },
        ],
        userContext: { role: 'admin' },
        assertions: { result: null, result_contains_all: [{ a: 1 }], result_length: 2 },
      },
      { name: 'none', description: null, arguments: [], userContext: null, assertions: {} },
    ]);
  });

  it('advertises and enforces the declared types', () => {
    const endpoint = tool(
      '  parameters: [{name: top, type: integer, default: 5}, {name: class, type: string}]',
      '  return: {type: string}',
    );
    expect(endpoint.inputSchema).toMatchObject({ type: 'object', required: ['class'] });
    expect(endpoint.parseInput({ class: 'x' }, 'refuse')).toEqual({ top: 5, class: 'x' });
    expect(endpoint.parseOutput({ kind: 'value', value: [{ v: 'x' }] }, true)).toEqual({
      kind: 'value',
      value: 'x',
    });
    expect(endpoint.outputSchema).not.toBeNull();
  });

  it('accepts the return of a prompt without using it', () => {
    const { endpoint } = compile('prompt: {name: p, messages: [{prompt: x}], return: {type: string}}');
    expect(endpoint.outputSchema).toBeNull();
    expect(endpoint.returns).toMatchObject({ type: 'string' });
  });

  it('says where a parameter is declared wrongly', () => {
    const yaml = [
      'tool:',
      '  name: t',
      '  source: {code: x}',
      '  parameters:',
      '    - name: a',
      '      type: object',
      '      properties:',
      "        p: {type: string, pattern: '('}",
    ].join('\n');
    expect(compile(yaml).problems).toMatchObject([
      {
        file: 'tools/t.yml',
        location: 'tool.parameters.0.properties.p.pattern',
        severity: 'error',
        line: 8,
      },
    ]);
  });
});
