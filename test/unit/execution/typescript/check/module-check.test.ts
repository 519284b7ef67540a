import { describe, expect, it } from 'vitest';
import { checkCode } from '../../../../../src/modules/execution/typescript/check/module-check.js';

/** `line message` of each problem of a module whose endpoint is `lookup` with parameters `host` and `port`. */
function problems(code: string, isTyped = true): readonly string[] {
  const parameters = [{ name: 'host' }, { name: 'port' }] as never;
  return checkCode(code, isTyped, { name: 'lookup', parameters }).map(
    ({ line, message }) => `${String(line)} ${message}`,
  );
}

describe('checkCode', () => {
  it.each([
    ['export function lookup() {}'],
    ['export async function* lookup({ host }: { host: string }) { yield host }'],
    [
      'export const lookup = async ({ host, port = 1 }: { host: string; port?: number }): Promise<string> => host;',
    ],
    ['export const lookup = function ({ host: h, ...rest }) {};'],
    ['export let lookup = 1;'],
    ['export const lookup = wrapped((input) => 1);'],
    ["export const { lookup } = require('x');"],
    ['const f = ({ host }) => host; export { f as lookup };'],
    ["const f = () => 1; export { f as 'lookup' };"],
    ["import { f } from './f.ts'; export { f as lookup };"],
    ["export { lookup } from './f.ts';"],
    ["export * from './f.ts';"],
    ['export default ({ host }) => host;'],
    ['export default async function other(input) {}'],
    ['const named = (input) => 1; export default named;'],
    ['export const lookup = (input = {}, ...more) => 1;'],
    ['export const lookup = ({ host } = {}, extra = 1) => 1;'],
    ['#!/usr/bin/env node\nexport const lookup = () => 1;'],
    ['exports.lookup = () => 1;'],
    ['export const lookup = (input: unknown) => input satisfies unknown as string;'],
  ])('finds nothing wrong with %s', (code) => {
    expect(problems(code)).toEqual([]);
  });

  it.each([
    ['export const lookup = 1;', "1 'lookup' is a constant, not a function"],
    ['\nexport class lookup {}', "2 'lookup' is a class, not a function"],
    ['export default class {}', "1 'default' is a class, not a function"],
    ['export const lookup = { a: 1 };', "1 'lookup' is an object, not a function"],
    ['export const lookup = [1];', "1 'lookup' is a list, not a function"],
    ['export const lookup = `a`;', "1 'lookup' is a text, not a function"],
    ["export * as lookup from './x.ts';", "1 'lookup' is a module, not a function"],
    ['export const lookUp = () => 1;', "null Function 'lookup' is not exported; did you mean 'lookUp'?"],
    ['export const other = () => 1;', "null Function 'lookup' is not exported"],
    ["import 'x'; function lookup() {}", "null Function 'lookup' is not exported"],
    ['export type lookup = string; export {};', "null Function 'lookup' is not exported"],
    [
      '\n\nexport function lookup(host, port) {}',
      "3 'lookup' demands 2 arguments; endpoint functions get one object with all of them: ({ a, b }) => …",
    ],
    [
      'export const lookup = ({\n  host,\n  prot,\n}) => 1;',
      "3 'prot' is no parameter of the endpoint; did you mean 'port'?",
    ],
    [
      "export const lookup = ({ 'nothing-like-it': a, ...rest }) => 1;",
      "1 'nothing-like-it' is no parameter of the endpoint",
    ],
    ['export default ({ city }) => city;', "1 'city' is no parameter of the endpoint"],
  ])('says of %s: %s', (code, problem) => {
    expect(problems(code)).toEqual([problem]);
  });

  it.each([
    ['export const lookup = ;', true, /^1 Expression expected$/],
    ['let a = 1;\n\nlet b: = 2;', true, /^3 Unexpected token/],
    ['let a = 1;\n\nlet b: number = 2;', false, /^3 Unexpected token$/],
    ['\nexport enum Kind { A }', true, /^2 TypeScript enum is not supported in strip-only mode; .*a union/],
    [
      'class A { constructor(private a: string) {} }',
      true,
      /^1 TypeScript parameter property .*fields for parameter properties/,
    ],
  ])('names the line of what does not parse in %s', (code, isTyped, problem) => {
    expect(problems(code, isTyped)).toEqual([expect.stringMatching(problem)]);
  });
});
