import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../../../src/common/domain/json.js';
import { AppError } from '../../../../src/common/errors/app-error.js';
import { Template } from '../../../../src/modules/execution/prompt/jinja/template.js';
import { Temporal } from '../../../../src/modules/execution/prompt/jinja/temporal.js';
import { Dict, type Value } from '../../../../src/modules/execution/prompt/jinja/values.js';

interface Case {
  readonly template: string;
  readonly free?: readonly string[];
  readonly output?: string;
  readonly error?: string;
  readonly syntax?: string;
}

const file = new URL('../../../fixtures/jinja/golden.json', import.meta.url);
const golden = JSON.parse(readFileSync(file, 'utf8')) as { values: JsonObject; cases: Case[] };

function revived(value: JsonValue): Value {
  if (isJsonArray(value)) return value.map(revived);
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (!isJsonObject(value)) return value;
  const time = value['$date'] ?? value['$datetime'];
  if (typeof time === 'string') return Temporal.parse(time)!;
  if (typeof value['$float'] === 'number') return value['$float'];
  return Dict.of(Object.entries(value).map(([key, item]) => [key, revived(item)] as const));
}

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
  return 'nothing was thrown';
}

const rendered = golden.cases.filter((each) => each.output !== undefined);
const failing = golden.cases.filter((each) => each.error !== undefined);
const invalid = golden.cases.filter((each) => each.syntax !== undefined);
const values = (): Map<string, Value> =>
  new Map(Object.entries(golden.values).map(([name, value]) => [name, revived(value)] as const));

describe('templates render as in Jinja2 3.1.6', () => {
  it.each(rendered)('$template', ({ template, output }) => {
    expect(Template.compile(template).render(values())).toBe(output);
  });
});

describe('templates fail with the words of Jinja2 3.1.6', () => {
  it.each(failing)('$template', ({ template, error }) => {
    const compiled = Template.compile(template);
    expect(messageOf(() => compiled.render(values()))).toBe(error);
  });
});

describe('templates that Jinja2 3.1.6 does not compile', () => {
  it.each(invalid)('$template', ({ template, syntax }) => {
    expect(messageOf(() => Template.compile(template))).toBe(syntax);
  });
});

describe('names looked up from outside are those that Jinja2 3.1.6 reports', () => {
  it.each(golden.cases.filter((each) => each.free !== undefined))('$template', ({ template, free }) => {
    expect(Template.compile(template).freeVariables).toEqual(free);
  });
});
