import { describe, expect, it } from 'vitest';
import { YamlSyntaxError } from '../../../../src/common/errors/config-errors.js';
import { plainValue } from '../../../../src/common/yaml/fields.js';
import { readYaml } from '../../../../src/common/yaml/yaml-source.js';

const read = (text: string): unknown => plainValue(readYaml(Buffer.from(text), 'x.yml').value);
const scalar = (text: string): unknown => (read(`v: ${text}`) as { v: unknown }).v;

describe('readYaml', () => {
  it.each([
    ['yes', true],
    ['No', false],
    ['ON', true],
    ['off', false],
    ['true', true],
    ['y', 'y'],
    ['N', 'N'],
    ['yEs', 'yEs'],
    ['012', 10],
    ['0x1F', 31],
    ['-0x1F', -31],
    ['0b101', 5],
    ['0o14', '0o14'],
    ['1_000', 1000],
    ['1:30', 90],
    ['-1:30', -90],
    ['12:30:00', 45000],
    ['0', 0],
    ['09', '09'],
    ['1e3', '1e3'],
    ['1.0e+3', 1000],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['1.', 1],
    ['.nan', null],
    ['-.inf', null],
    ['~', null],
    ['null', null],
    ['', null],
    ['nUll', 'nUll'],
    ['18446744073709551615', 18446744073709551615n],
    ['2024-01-31', '2024-01-31'],
    ['2024-1-31', '2024-1-31'],
    ['2024-01-31 10:00:00', '2024-01-31T10:00:00'],
    ['2024-01-31T10:00:00Z', '2024-01-31T10:00:00+00:00'],
    ['2024-01-31 10:00:00.25 +2:30', '2024-01-31T10:00:00.250000+02:30'],
    ['"yes"', 'yes'],
    ["'012'", '012'],
  ])('resolves %s as PyYAML does', (text, value) => {
    expect(scalar(text)).toEqual(value);
  });

  it('lets the last duplicate key win and merges anchors', () => {
    expect(read('a: 1\na: 2\nb: &b {x: 1, y: 1}\nc: {<<: *b, y: 2}\n')).toEqual({
      a: 2,
      b: { x: 1, y: 1 },
      c: { x: 1, y: 2 },
    });
  });

  it('refuses what is not UTF-8, and says where', () => {
    expect(() => readYaml(Buffer.from('a: 1\nb: caf\xe9\n', 'latin1'), 'f.yml')).toThrow(
      expect.objectContaining({ detail: 'The file is not UTF-8 text; save it as UTF-8', line: 2, column: 7 }),
    );
  });

  it('reads UTF-8 and UTF-16 with a byte order mark', () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('v: Zoë', 'utf16le')]);

    expect(readYaml(utf16, 'x.yml').value).toEqual({ v: 'Zoë' });
    expect(readYaml(Buffer.from('\ufeffv: Zoë'), 'x.yml').value).toEqual({ v: 'Zoë' });
  });

  it('keeps a key named __proto__ an ordinary key', () => {
    const value = readYaml(Buffer.from('__proto__: {admin: yes}'), 'x.yml').value as object;

    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).toEqual(['__proto__']);
  });

  it('finds the key, item or nearest ancestor of a path', () => {
    const source = readYaml(Buffer.from('tool:\n  name: x\n  parameters:\n    - type: string\n'), 'x.yml');

    expect(source.locate(['tool', 'name'])).toEqual({ line: 2, column: 3 });
    expect(source.locate(['tool', 'parameters', 0])).toEqual({ line: 4, column: 7 });
    expect(source.locate(['tool', 'parameters', 0, 'name'])).toEqual({ line: 4, column: 7 });
    expect(source.locate([])).toEqual({ line: 1, column: 1 });
  });

  it.each([['a: [1,\nb: {'], ['a: *nowhere'], ['a: "open'], ['\ta: 1']])(
    'refuses %j with file, line and column',
    (text) => {
      expect(() => readYaml(Buffer.from(text), 'tools/x.yml')).toThrow(YamlSyntaxError);
      expect(() => readYaml(Buffer.from(text), 'tools/x.yml')).toThrow(/^tools\/x\.yml:\d+:\d+: ./);
    },
  );

  it.each([
    ["if: !('a' in b)", 1, 5],
    ['if: !secret', 1, 5],
    ['a: 1\nif: ! (a && b)', 2, 7],
  ])('refuses %j, whose ! would be lost with the tag that YAML takes it for', (text, line, column) => {
    const detail = 'Text that begins with ! must be in quotes: without them YAML reads a tag';
    expect(() => readYaml(Buffer.from(text), 'x.yml')).toThrow(
      expect.objectContaining({ detail, line, column }),
    );
  });

  it('reads the tags that YAML has', () => {
    expect(read("a: !!str 1\nb: !!int '2'\nc: ! '3'")).toEqual({ a: '1', b: 2, c: '3' });
  });

  it.each([
    ['tool:\n  about: x\n   more:\n', 'A second key cannot begin in this line'],
    ['about: Sales: of a city', 'put text that holds ": " in quotes'],
    ["about: 'it's'", 'put text that holds quotes in other quotes'],
    ['a:1\nb: 2', 'A key ends with a colon and a space, in one line'],
    ['a: 1\nb\n', 'A key needs a colon and a space after it'],
    ['a: @b', 'Plain value cannot start with reserved character @; put the text in quotes'],
  ])('says what to do about %j', (text, words) => {
    expect(() => readYaml(Buffer.from(text), 'x.yml')).toThrow(words);
  });

  it('refuses an alias bomb', () => {
    const layers = Array.from(
      { length: 12 },
      (_, index) => `l${index + 1}: &l${index + 1} [${`*l${index},`.repeat(9)}]`,
    );

    expect(() => readYaml(Buffer.from(['l0: &l0 [1,1]', ...layers].join('\n')), 'x.yml')).toThrow(
      YamlSyntaxError,
    );
  });

  it.each([
    ['password: *hunter2-8812'],
    ['password: !hunter2-8812'],
    ['password: |hunter2-8812'],
    ['password: "a\nhunter2-8812: b'],
    ['a: 1\n---\nhunter2-8812: 2'],
  ])('quotes nothing of %j, which may hold a secret', (text) => {
    expect(() => readYaml(Buffer.from(text), 'x.yml')).toThrow(YamlSyntaxError);
    expect(() => readYaml(Buffer.from(text), 'x.yml')).not.toThrow(/8812/);
  });
});
