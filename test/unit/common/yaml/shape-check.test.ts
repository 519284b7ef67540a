import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  anythingRequired,
  decimal,
  flag,
  integer,
  strict,
  text,
} from '../../../../src/common/yaml/fields.js';
import { nearest } from '../../../../src/common/yaml/nearest.js';
import { checkShape, dotted } from '../../../../src/common/yaml/shape-check.js';
import { readYaml } from '../../../../src/common/yaml/yaml-source.js';

const shape = strict({
  name: text(),
  open: flag().optional(),
  size: integer({ min: 0 }).optional(),
  ratio: decimal().optional(),
  kind: z.enum(['a', 'b', 'c']).optional(),
  list: z.array(strict({ type: text(), value: anythingRequired() })).optional(),
});

const check = (yaml: string) => checkShape(shape, readYaml(Buffer.from(yaml), 'x.yml'));
const problems = (yaml: string): string[] => {
  const result = check(yaml);
  return result.ok ? [] : result.problems.map((problem) => `${dotted(problem.path)}: ${problem.message}`);
};

describe('checkShape', () => {
  it('takes what fits, coercing as existing projects rely on', () => {
    expect(check('name: x\nopen: "Off"\nsize: "5"\nratio: "1.5"\nlist: [{type: t, value: null}]')).toEqual({
      ok: true,
      value: { name: 'x', open: false, size: 5, ratio: 1.5, list: [{ type: 't', value: null }] },
    });
  });

  it.each([
    ['open: yes', 'name: Field required'],
    ['name: 1', 'name: Input should be a valid string'],
    ['name: 2024-01-01', 'name: Input should be a valid string'],
    ['name: x\nopen: maybe', 'open: Input should be a valid boolean, unable to interpret input'],
    ['name: x\nsize: -1', 'size: Input should be greater than or equal to 0'],
    ['name: x\nsize: 1.5', 'size: Input should be a valid integer, got a number with a fractional part'],
    ['name: x\nsize: five', 'size: Input should be a valid integer, unable to parse string as an integer'],
    ['name: x\nratio: much', 'ratio: Input should be a valid number, unable to parse string as a number'],
    ['name: x\nkind: d', "kind: Input should be 'a', 'b' or 'c'"],
    ['name: x\nlist: {}', 'list: Input should be a valid list'],
    ['name: x\nlist: [1]', 'list.0: Input should be a valid dictionary'],
    ['name: x\nlist: [{type: t}]', 'list.0.value: Field required'],
  ])('words the problem of %j', (yaml, message) => {
    expect(problems(yaml)).toEqual([message]);
  });

  it('reports declared fields first and unknown keys after them, with the key that was probably meant', () => {
    const result = check('nmae: x\nsize: -1\n');

    expect(result).toMatchObject({
      ok: false,
      problems: [
        { path: ['name'], message: 'Field required', suggestion: null },
        { path: ['size'], line: 2, column: 1 },
        { path: ['nmae'], message: 'Extra inputs are not permitted', suggestion: 'name', line: 1, column: 1 },
      ],
    });
  });
});

describe('checkShape, for a key on the wrong level,', () => {
  const project = strict({
    limits: strict({ rows: integer().optional() }).nullish(),
    note: text().optional(),
  });
  const tool = strict({
    tool: strict({ name: text(), source: text().optional() }).nullish(),
    prompt: strict({ name: text() }).nullish(),
    resource: strict({ name: text() }).nullish(),
    projects: z.record(z.string(), z.array(project)).optional(),
  });
  const sibling = { name: 'other.yml', schema: strict({ transport: strict({ port: integer() }) }) };
  const suggestion = (yaml: string): unknown => {
    const source = readYaml(Buffer.from(yaml), 'x.yml');
    const result = checkShape(tool, source, source.value, sibling);
    return result.ok ? 'fits' : result.problems.at(-1)?.suggestion;
  };

  it.each([
    ['of a block that the file has', 'tool: {name: x}\nsource: SELECT 1\n', 'tool.source'],
    ['of a block that was not indented', 'tool:\nname: x\nsource: SELECT 1\n', 'tool.source'],
    ['of names and lists', 'rows: 1\n', 'projects.*[].limits.rows'],
    [
      'of the block that the file has, where several blocks have it',
      'prompt: {name: x}\nname: y\n',
      'prompt.name',
    ],
    ['of another file', 'port: 80\n', 'other.yml: transport.port'],
    ['nowhere, where several places are as likely', 'name: y\n', null],
    ['above it', 'projects: {a: [{limits: {note: x}}]}\n', 'projects.*[].note'],
    ['nowhere, when only another block has it', 'tool: {name: x, rows: 5}\n', null],
    ['nowhere, when no file has such a key', 'colour: red\n', null],
  ])('names the place %s', (_what, yaml, expected) => {
    expect(suggestion(yaml)).toBe(expected);
  });
});

describe('nearest', () => {
  it.each([
    ['descripton', 'description'],
    ['Parameters', 'parameters'],
    ['zzz', null],
  ])('finds for %s %s', (word, found) => {
    expect(nearest(word, ['name', 'description', 'parameters'])).toBe(found);
  });
});
