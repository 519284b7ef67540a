import { describe, expect, it } from 'vitest';
import { problemText } from '../../../../src/common/domain/endpoint.js';
import { checkDefinition } from '../../../../src/modules/endpoints/definition/definition-checks.js';
import { readDefinition } from '../../../../src/modules/endpoints/definition/definition-reader.js';

/** What the checks say about a file that fits the schema. */
function check(yaml: string): string[] {
  const { definition, problems } = readDefinition(Buffer.from(yaml), 'x.yml');
  if (definition === null) throw new TypeError(problems.map(problemText).join('; '));
  return checkDefinition(definition).map((found) => `${found.severity}: ${problemText(found)}`);
}

const tool = (parameters: string): string[] =>
  check(`tool: {name: t, source: {code: x}, parameters: [${parameters}]}`);

const resource = (uri: string, ...names: string[]): string[] => {
  const parameters = names.map((name) => `{name: ${name}, type: string}`).join(', ');
  return check(`resource: {uri: '${uri}', source: {code: x}, parameters: [${parameters}]}`);
};

describe('checkDefinition', () => {
  it('finds nothing wrong with what is right', () => {
    expect(tool('{name: a, type: string}, {name: b, type: string}')).toEqual([]);
    expect(resource('x://{a}/{+b}', 'a', 'b')).toEqual([]);
    expect(resource('x://all')).toEqual([]);
    expect(check('prompt: {name: p, messages: [{prompt: hi}]}')).toEqual([]);
  });

  it.each([
    "tool: {name: '', source: {code: x}}",
    "prompt: {name: '', messages: [{prompt: x}]}",
    "resource: {uri: '', source: {code: x}}",
  ])('refuses an empty identity: %s', (yaml) => {
    expect(check(yaml)).toEqual(['error: No valid endpoint type (tool/resource/prompt) found']);
  });

  it('refuses a prompt without messages', () => {
    expect(check('prompt: {name: p, messages: []}')).toEqual([
      'error: No messages found in prompt definition',
    ]);
  });

  it('refuses resource parameters that the URI lacks, sorted', () => {
    expect(resource('x://{a}', 'q', 'a', 'b')).toEqual([
      "error: Resource parameter(s) ['b', 'q'] are not used in uri 'x://{a}'. Put them in the uri or make a 'tool:' instead.",
    ]);
  });

  it('refuses URI placeholders that are no parameters', () => {
    expect(resource('x://{x}')).toEqual([
      "error: Mismatch between URI parameters {'x'} and function parameters set()",
    ]);
    expect(resource('x://{b}/{a}/{x*}', 'a', 'b')).toEqual([
      "error: Mismatch between URI parameters {'a', 'b', 'x*'} and function parameters {'a', 'b'}",
    ]);
  });

  it('refuses a URI whose {+name} is ambiguous', () => {
    expect(resource('x://{+a}/{+b}', 'a', 'b')).toEqual([
      "error: Only one {+name} may stand in uri 'x://{+a}/{+b}', with no other placeholder in its segment",
    ]);
  });

  it.each(['items/{a}', '/items/{a}', '{a}://items'])('warns of the relative URI %s', (uri) => {
    expect(resource(uri, 'a')).toEqual([
      `warning: resource.uri: '${uri}' is not an absolute URI such as 'data://items'; some clients refuse it`,
    ]);
  });

  it('refuses cache keys that are no parameters', () => {
    expect(check('tool: {name: t, source: {code: x}, cache: {key: [user]}}')).toEqual([
      "error: tool.cache.key.0: No parameter is named 'user'",
    ]);
  });

  it('warns of names that some clients refuse', () => {
    const text = 'does not match [A-Za-z0-9._-]{1,128}; some clients refuse it';
    expect(check('tool: {name: best items, source: {code: x}}')).toEqual([
      `warning: tool.name: Name 'best items' ${text}`,
    ]);
    expect(check('prompt: {name: größe, messages: [{prompt: x}]}')).toEqual([
      `warning: prompt.name: Name 'größe' ${text}`,
    ]);
    expect(check(`tool: {name: ${'a'.repeat(128)}, source: {code: x}}`)).toEqual([]);
    expect(check(`tool: {name: ${'a'.repeat(129)}, source: {code: x}}`)).toHaveLength(1);
    expect(check("resource: {name: All of it, uri: 'x://a b', source: {code: x}}")).toEqual([]);
  });

  it('warns of a mime_type that is none', () => {
    const withType = (type: string) =>
      check(`resource: {uri: 'x://a', mime_type: '${type}', source: {code: x}}`);
    expect(withType('json')).toEqual([
      "warning: resource.mime_type: 'json' is not a MIME type such as 'application/json'; some clients refuse it",
    ]);
    expect(withType('text/csv;')).toHaveLength(1);
    expect(withType('')).toHaveLength(1);
    expect(withType('application/vnd.a+json')).toEqual([]);
    expect(withType('text/csv; charset=utf-8;header="a b"')).toEqual([]);
  });

  it('warns of messages whose type says nothing', () => {
    expect(
      check('prompt: {name: p, messages: [{prompt: x, type: imge}, {prompt: x, type: image}, {prompt: x}]}'),
    ).toEqual([
      "warning: prompt.messages.0.type: A message of type 'imge' is shown as text; other types are resource, image, audio",
    ]);
  });

  describe('x-mcp-header', () => {
    const region = '{name: a, type: string, x-mcp-header: Region}';

    it('stands on scalar arguments, also inside objects', () => {
      expect(
        tool(`${region}, {name: o, type: object, properties: {p: {type: integer, x-mcp-header: Tenant}}}`),
      ).toEqual([]);
      expect(
        tool('{name: o, type: object, properties: {items: {type: string, x-mcp-header: Items}}}'),
      ).toEqual([]);
    });

    it('is refused twice, in whatever case', () => {
      expect(tool(`${region}, {name: b, type: string, x-mcp-header: REGION}`)).toEqual([
        "error: tool.parameters.1.x-mcp-header: Header 'REGION' is named twice",
      ]);
    });

    it('is refused where it is no token', () => {
      expect(tool("{name: a, type: string, x-mcp-header: 'My Region'}")).toEqual([
        "error: tool.parameters.0.x-mcp-header: 'My Region' is not a valid header name",
      ]);
      expect(tool("{name: a, type: string, x-mcp-header: ''}")).toHaveLength(1);
    });

    it.each([
      ['type: number', 'A number has several spellings, so no header can mirror it'],
      ['type: string, default: null', 'An argument that may be null cannot be mirrored in a header'],
    ])('is refused on %s, for which clients would hide the tool', (keys, text) => {
      expect(tool(`{name: a, ${keys}, x-mcp-header: A}`)).toEqual([
        `error: tool.parameters.0.x-mcp-header: ${text}`,
      ]);
    });

    it('is refused on anything but scalar arguments of tools', () => {
      const text = 'Only scalar arguments of tools can be mirrored in a header';
      expect(tool('{name: a, type: array, x-mcp-header: A}')).toEqual([
        `error: tool.parameters.0.x-mcp-header: ${text}`,
      ]);
      expect(tool('{name: a, type: array, items: {type: string, x-mcp-header: A}}')).toEqual([
        `error: tool.parameters.0.items.x-mcp-header: ${text}`,
      ]);
      expect(check('tool: {name: t, source: {code: x}, return: {type: string, x-mcp-header: A}}')).toEqual([
        `error: tool.return.x-mcp-header: ${text}`,
      ]);
      expect(check(`prompt: {name: p, messages: [{prompt: x}], parameters: [${region}]}`)).toEqual([
        `error: prompt.parameters.0.x-mcp-header: ${text}`,
      ]);
    });
  });
});
