import { describe, expect, it } from 'vitest';
import { problemText, type EndpointProblem } from '../../../../src/common/domain/endpoint.js';
import { readDefinition } from '../../../../src/modules/endpoints/definition/definition-reader.js';

/** The texts of everything wrong with a file. */
function texts(yaml: string): string[] {
  return readDefinition(Buffer.from(yaml), 'tools/x.yml').problems.map(problemText);
}

/** As `texts`, for what stands below `tool:` beside a name and a source. */
function toolTexts(...lines: string[]): string[] {
  return texts(['mxcp: 1', 'tool:', '  name: x', '  source: {code: SELECT 1}', ...lines].join('\n'));
}

const types = "Input should be 'string', 'number', 'integer', 'boolean', 'array' or 'object'";

describe('readDefinition', () => {
  it.each<[string, string, string]>([
    ['nothing', '', 'Endpoint file is empty'],
    ['a comment', '# nothing here', 'Endpoint file is empty'],
    ['null', 'null', 'Endpoint file is empty'],
    ['false', 'off', 'Endpoint file is empty'],
    ['zero', '0', 'Endpoint file is empty'],
    ['an empty mapping', '{}', 'Endpoint file is empty'],
    ['an empty list', '[]', 'Endpoint file is empty'],
    ['a list', '- a\n- b', 'Input should be a valid dictionary'],
    ['text', 'hello', 'Input should be a valid dictionary'],
    [
      'no kind',
      'mxcp: 1\nmetadata: {a: 1}',
      'Value error, Endpoint definition must include a tool, resource, or prompt definition',
    ],
    [
      'two kinds',
      'tool: {name: a, source: {code: x}}\nprompt: {name: q, messages: [{prompt: x}]}',
      'Value error, Endpoint definition must contain exactly one endpoint type',
    ],
    [
      'an unknown root key',
      'extra: 1\ntool: {name: a, source: {code: x}}',
      'extra: Extra inputs are not permitted',
    ],
    [
      'policies at the root',
      'tool: {name: a, source: {code: x}}\npolicies: {}',
      'policies: Extra inputs are not permitted',
    ],
    ['a text as tool', 'tool: x', 'tool: Input should be a valid dictionary'],
    ['no name', 'tool: {source: {code: x}}', 'tool.name: Field required'],
    ['a number as name', 'tool: {name: 123, source: {code: x}}', 'tool.name: Input should be a valid string'],
    ['a boolean as name', 'tool: {name: on, source: {code: x}}', 'tool.name: Input should be a valid string'],
    [
      'a date as name',
      'tool: {name: 2024-01-31, source: {code: x}}',
      'tool.name: Input should be a valid string',
    ],
    ['no source', 'tool: {name: a}', 'tool.source: Field required'],
    ['a text as source', 'tool: {name: a, source: x}', 'tool.source: Input should be a valid dictionary'],
    [
      'a number as code',
      'tool: {name: a, source: {code: 5}}',
      'tool.source.code: Input should be a valid string',
    ],
    ['a disabled tool without source', 'tool: {name: a, enabled: false}', 'tool.source: Field required'],
    ['no uri', 'resource: {name: a, source: {code: x}}', 'resource.uri: Field required'],
    ['no messages', 'prompt: {name: a}', 'prompt.messages: Field required'],
    [
      'a text as message',
      'prompt: {name: a, messages: [hello]}',
      'prompt.messages.0: Input should be a valid dictionary',
    ],
    [
      'a source in a prompt',
      'prompt: {name: a, messages: [], source: {code: x}}',
      'prompt.source: Extra inputs are not permitted',
    ],
    [
      'a mime type in a tool',
      'tool: {name: a, source: {code: x}, mime_type: a/b}',
      'tool.mime_type: Extra inputs are not permitted',
    ],
    [
      'a uri in a tool',
      'tool: {name: a, uri: x, source: {code: x}}',
      'tool.uri: Extra inputs are not permitted',
    ],
  ])('says what is wrong with %s', (_what, yaml, message) => {
    expect(texts(yaml)).toEqual([message]);
  });

  it.each<[string, string]>([
    ['  source: {}', "tool.source: Value error, Source must provide exactly one of 'code' or 'file'"],
    ["  source: {code: ''}", "tool.source: Value error, Source must provide exactly one of 'code' or 'file'"],
    [
      '  source: {code: a, file: b}',
      "tool.source: Value error, Source must provide exactly one of 'code' or 'file'",
    ],
    ['  colour: red', 'tool.colour: Extra inputs are not permitted'],
    ['  language: ruby', "tool.language: Input should be 'sql', 'python' or 'typescript'"],
    ['  enabled: maybe', 'tool.enabled: Input should be a valid boolean, unable to interpret input'],
    ['  enabled: null', 'tool.enabled: Input should be a valid boolean'],
    ['  tags: a, b', 'tool.tags: Input should be a valid list'],
    ['  annotations: {readOnly: true}', 'tool.annotations.readOnly: Extra inputs are not permitted'],
    ['  return: {type: [string, "null"]}', `tool.return.type: ${types}`],
    [
      '  return: {type: object, additionalProperties: {type: string}}',
      'tool.return.additionalProperties: Input should be a valid boolean',
    ],
    [
      '  return: {type: array, items: {type: object, properties: {x: {type: strng}}}}',
      `tool.return.items.properties.x.type: ${types}`,
    ],
    ['  return: {type: object, oneOf: []}', 'tool.return.oneOf: Extra inputs are not permitted'],
    [
      '  policies: {input: [{condition: "true", action: warn}]}',
      "tool.policies.input.0.action: Input should be 'deny', 'filter_fields', 'mask_fields' or 'filter_sensitive_fields'",
    ],
    ['  policies: {input: [{action: deny}]}', 'tool.policies.input.0.condition: Field required'],
    ['  tests: [{name: t}]', 'tool.tests.0.arguments: Field required'],
    ['  tests: [{name: t, arguments: [{key: a}]}]', 'tool.tests.0.arguments.0.value: Field required'],
    ['  tests: [{name: t, arguments: [], expect: 1}]', 'tool.tests.0.expect: Extra inputs are not permitted'],
    [
      '  tests: [{name: t, arguments: [], result_length: -1}]',
      'tool.tests.0.result_length: Input should be greater than or equal to 0',
    ],
    ['  limits: {rows: -1}', 'tool.limits.rows: Input should be greater than or equal to 0'],
    ['  limits: {timeout: 1}', 'tool.limits.timeout: Extra inputs are not permitted'],
    ['  icons: [{sizes: [48x48]}]', 'tool.icons.0.src: Field required'],
    ['  icons: [{src: a, theme: blue}]', "tool.icons.0.theme: Input should be 'light' or 'dark'"],
    [
      '  cache: {ttl: soon}',
      'tool.cache.ttl: Input should be a valid integer, unable to parse string as an integer',
    ],
  ])('says what is wrong with a tool that has%s', (line, message) => {
    const yaml = line.startsWith('  source') ? ['mxcp: 1', 'tool:', '  name: x', line].join('\n') : null;
    expect(yaml === null ? toolTexts(line) : texts(yaml)).toEqual([message]);
  });

  it.each<[string, string]>([
    ['{name: a}', '0.type: Field required'],
    ['{type: string}', '0.name: Field required'],
    ['{name: a, type: text}', `0.type: ${types}`],
    [
      '{name: a, type: string, format: phone}',
      "0.format: Input should be 'email', 'uri', 'date', 'time', 'date-time', 'duration' or 'timestamp'",
    ],
    ['{name: "", type: string}', '0.name: Value error, Parameter name cannot be empty'],
    [
      '{name: 1a, type: string}',
      '0.name: Value error, Parameter name must start with a letter or underscore',
    ],
    [
      '{name: a-b, type: string}',
      '0.name: Value error, Parameter name must contain only alphanumeric characters or underscores',
    ],
    ['{name: a, type: string, required: true}', '0.required: Input should be a valid list'],
    ['{name: a, type: string, enum: x}', '0.enum: Input should be a valid list'],
    ['{name: a, type: string, minLength: -1}', '0.minLength: Input should be greater than or equal to 0'],
    [
      '{name: a, type: string, minimum: abc}',
      '0.minimum: Input should be a valid number, unable to parse string as a number',
    ],
    ['{name: a, type: array, items: {}}', '0.items.type: Field required'],
    ['{name: a, type: array, items: [{type: string}]}', '0.items: Input should be a valid dictionary'],
    ['{name: a, type: string, $ref: x}', '0.$ref: Extra inputs are not permitted'],
  ])('says what is wrong with the parameter %s', (parameter, message) => {
    expect(toolTexts(`  parameters: [${parameter}]`)).toEqual([`tool.parameters.${message}`]);
  });

  it('refuses parameters that are a mapping', () => {
    expect(toolTexts('  parameters: {a: {type: string}}')).toEqual([
      'tool.parameters: Input should be a valid list',
    ]);
  });

  it('takes parameter names in any script', () => {
    expect(toolTexts('  parameters: [{name: größe_2, type: string}, {name: _名, type: string}]')).toEqual([]);
  });

  it.each<[string, string[]]>([
    ['mxcp: abc', ['mxcp: Input should be a valid integer, unable to parse string as an integer']],
    ['mxcp: "2"', ['mxcp: Input should be a valid integer, unable to parse string as an integer']],
    ['mxcp: "1.5"', ['mxcp: Input should be a valid integer, unable to parse string as an integer']],
    ['mxcp: 1.5', ['mxcp: Input should be a valid integer, got a number with a fractional part']],
    ['mxcp: null', ['mxcp: Input should be a valid integer']],
    ['mxcp: 7', []],
    ['mxcp: 1.0', []],
    ['# none', []],
    ['mxcp: "1"', ["mxcp: Version '1' is text and is read as 1; write 'mxcp: 1'"]],
    ['mxcp: "1.0"', ["mxcp: Version '1.0' is text and is read as 1; write 'mxcp: 1'"]],
    ['mxcp: 1.0.0', ["mxcp: Version '1.0.0' is text and is read as 1; write 'mxcp: 1'"]],
  ])('reads the version of `%s`', (line, expected) => {
    expect(texts(`${line}\ntool: {name: a, source: {code: x}}`)).toEqual(expected);
  });

  it('only warns of a version that is text', () => {
    const { definition, problems } = readDefinition(
      Buffer.from('mxcp: 1.0.0\ntool: {name: a, source: {code: x}}'),
      'x.yml',
    );
    expect(definition).not.toBeNull();
    expect(problems).toMatchObject([{ severity: 'warning', line: 1, column: 1 }]);
  });

  it('reports everything, declared fields in order, unknown keys after them, rules only when all passed', () => {
    const yaml = [
      'zebra: 1',
      'tool:',
      '  stripes: 2',
      '  parameters:',
      '    - {type: text, name: 1a, colour: red}',
      '  tags: none',
      '  source: {code: 1, dog: x}',
      'prompt: {messages: []}',
    ].join('\n');
    expect(texts(yaml)).toEqual([
      'tool.name: Field required',
      'tool.tags: Input should be a valid list',
      'tool.parameters.0.name: Value error, Parameter name must start with a letter or underscore',
      `tool.parameters.0.type: ${types}`,
      'tool.parameters.0.colour: Extra inputs are not permitted',
      'tool.source.code: Input should be a valid string',
      'tool.source.dog: Extra inputs are not permitted',
      'tool.stripes: Extra inputs are not permitted',
      'prompt.name: Field required',
      'zebra: Extra inputs are not permitted',
    ]);
  });

  it('keeps the rule about kinds silent while the source breaks its own', () => {
    expect(texts('tool: {name: a, source: {}}\nprompt: {name: q, messages: []}')).toEqual([
      "tool.source: Value error, Source must provide exactly one of 'code' or 'file'",
    ]);
  });

  it('says where each problem stands', () => {
    const yaml = 'mxcp: 1\ntool:\n  name: 5\n  parameters:\n    - name: a\n      type: text\n';
    const { problems } = readDefinition(Buffer.from(yaml), 'tools/x.yml');
    expect(problems).toEqual([
      problem('tool.name', 'Input should be a valid string', 3, 3),
      problem('tool.parameters.0.type', types, 6, 7),
      problem('tool.source', 'Field required', 2, 1),
    ]);
  });

  it('reports text that is not YAML with its position', () => {
    const { definition, problems } = readDefinition(
      Buffer.from('mxcp: 1\ntool: {name: [unclosed\n'),
      'tools/x.yml',
    );
    expect(definition).toBeNull();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ location: '', severity: 'error', line: 3 });
    expect(problems[0]?.message).not.toContain('\n');
  });

  it('takes text for numbers and booleans, and null for what is optional', () => {
    expect(
      toolTexts(
        '  description: null',
        '  tags: null',
        '  annotations: null',
        '  enabled: "ON"',
        '  return: {type: string, minLength: "3", uniqueItems: 0, minimum: "1.5", format: null}',
        '  policies: {input: null}',
        '  tests: null',
      ),
    ).toEqual([]);
  });

  it('reads UTF-16 with a byte order mark', () => {
    const yaml = Buffer.from('\ufefftool: {name: größe, source: {code: x}}', 'utf16le');
    expect(readDefinition(yaml, 'x.yml').definition?.id).toBe('größe');
  });
});

function problem(location: string, message: string, line: number, column: number): EndpointProblem {
  return { file: 'tools/x.yml', location, message, severity: 'error', line, column };
}
