import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../../../src/common/domain/json.js';
import { valueOutput } from '../../../../src/common/domain/output.js';
import { structuredContent } from '../../../../src/common/domain/structured-content.js';
import type { StringFormat, TypeName, TypeNode } from '../../../../src/common/domain/type-node.js';
import { InputInvalidError, OutputInvalidError } from '../../../../src/common/errors/endpoint-errors.js';
import { compileInput } from '../../../../src/modules/endpoints/schema/compile-input.js';
import { compileOutput } from '../../../../src/modules/endpoints/schema/compile-output.js';
import { aNode } from '../../../builders/a-type-node.js';

/** Repeatable chance (mulberry32). */
class Chance {
  constructor(private state: number) {}

  below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  oneIn(count: number): boolean {
    return this.below(count) === 0;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }

  list<T>(longest: number, make: (index: number) => T): T[] {
    return Array.from({ length: this.below(longest + 1) }, (_, index) => make(index));
  }
}

const names = ['a', 'b', 'c', 'd.e', 'constructor'];
/** Ajv does not see a declared property of this name, so only values have it. */
const keys = [...names, '__proto__'];
const scalarTypes: readonly TypeName[] = ['string', 'number', 'integer', 'boolean'];

function someNode(chance: Chance, depth: number, type?: TypeName): TypeNode {
  const chosen = type ?? chance.pick(depth > 0 ? [...scalarTypes, 'array', 'object', 'object'] : scalarTypes);
  const common: Partial<TypeNode> = { sensitive: chance.oneIn(4) };
  if (chosen === 'string') {
    const formats: readonly StringFormat[] = ['date', 'time', 'date-time', 'email', 'uri', 'duration'];
    if (chance.oneIn(4)) return aNode(chosen, { ...common, format: chance.pick(formats) });
    return aNode(chosen, chance.oneIn(3) ? { ...common, minLength: 1, maxLength: 12 } : common);
  }
  if (chosen === 'number' || chosen === 'integer') {
    return aNode(chosen, chance.oneIn(3) ? { ...common, minimum: -5, maximum: 50 } : common);
  }
  if (chosen === 'array') {
    const items = chance.oneIn(5) ? {} : { items: someNode(chance, depth - 1) };
    return aNode(chosen, { ...common, ...items, ...(chance.oneIn(3) ? { minItems: 1, maxItems: 4 } : {}) });
  }
  if (chosen === 'boolean') return aNode(chosen, common);
  const properties = Object.fromEntries(
    names.filter(() => chance.oneIn(2)).map((name) => [name, someNode(chance, depth - 1)]),
  );
  return aNode('object', {
    ...common,
    properties,
    required: Object.keys(properties).filter(() => chance.oneIn(2)),
    additionalProperties: chance.oneIn(2),
  });
}

const texts: Readonly<Partial<Record<StringFormat, string>>> = {
  date: '2024-01-31',
  time: '10:05:00',
  'date-time': '2024-01-31T10:05:00+02:00',
  email: 'a@b.c',
  uri: 'urn:x',
  duration: 'P1DT2H',
};

/** A value that fits the type. */
function fitting(chance: Chance, node: TypeNode, nullable: boolean): JsonValue {
  if (nullable && chance.oneIn(6)) return null;
  switch (node.type) {
    case 'string':
      return node.format === undefined
        ? chance.pick(['x', 'Zoë 🦊', '[1]', 'null'])
        : (texts[node.format] ?? '');
    case 'number':
      return chance.pick([0, 1.5, 7, -2.25]);
    case 'integer':
      return chance.pick<JsonValue>(node.maximum === undefined ? [0, 42, 2n ** 63n, 1e20] : [0, 42, -5]);
    case 'boolean':
      return chance.oneIn(2);
    case 'array': {
      const items = chance.list(3, () =>
        node.items === undefined ? 'free' : fitting(chance, node.items, true),
      );
      return node.minItems === undefined || items.length > 0 ? items : [null];
    }
    case 'object': {
      const members = Object.entries(node.properties ?? {})
        .filter(([name]) => node.required?.includes(name) === true || chance.oneIn(2))
        .map(([name, property]): [string, JsonValue] => [name, fitting(chance, property, true)]);
      if (node.additionalProperties && chance.oneIn(2)) members.push(['extra', [1, { deep: null }]]);
      return Object.fromEntries(members);
    }
  }
}

function anyValue(chance: Chance, depth: number): JsonValue {
  const scalars: JsonValue[] = [
    null,
    true,
    0,
    -1.5,
    2n ** 80n,
    '',
    '5',
    'yes',
    '[1]',
    '{"a":1}',
    'null',
    '2024-01-31',
    NaN,
  ];
  if (depth === 0 || chance.oneIn(2)) return chance.pick(scalars);
  if (chance.oneIn(2)) return chance.list(3, () => anyValue(chance, depth - 1));
  return Object.fromEntries(chance.list(3, () => [chance.pick(keys), anyValue(chance, depth - 1)]));
}

/** As JSON readers without big integers see it. */
function asReadByClients(value: JsonValue): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (isJsonArray(value)) return value.map(asReadByClients);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asReadByClients(item)]));
}

function changed(value: JsonValue, path: readonly string[], masks: boolean): JsonValue {
  if (isJsonArray(value)) return value.map((item) => changed(item, path, masks));
  const [key, ...rest] = path;
  if (!isJsonObject(value) || key === undefined) return value;
  const members = Object.entries(value).flatMap(([name, item]): [string, JsonValue][] => {
    if (key !== '*' && key !== name) return [[name, item]];
    if (rest.length > 0) return [[name, changed(item, rest, masks)]];
    return masks ? [[name, '****']] : [];
  });
  return Object.fromEntries(members);
}

/** What `filter_sensitive_fields` leaves (policies.md §6). */
function withoutSensitive(value: JsonValue, node: TypeNode | undefined): JsonValue {
  if (node === undefined) return value;
  if (node.sensitive) return null;
  if (isJsonArray(value)) {
    const { items } = node;
    return items?.sensitive === true ? [] : value.map((item) => withoutSensitive(item, items));
  }
  if (!isJsonObject(value)) return value;
  const declared = (name: string): TypeNode | undefined =>
    Object.hasOwn(node.properties ?? {}, name) ? node.properties?.[name] : undefined;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => declared(name)?.sensitive !== true)
      .map(([name, item]) => [name, withoutSensitive(item, declared(name))]),
  );
}

const rounds = Array.from({ length: 150 }, (_, seed) => seed);

describe('results', () => {
  it('that pass the check fulfil the advertised schema', () => {
    const ajv = new Ajv2020({ strict: true, strictRequired: false, ownProperties: true });
    for (const seed of rounds) {
      const chance = new Chance(seed);
      const returns = { ...someNode(chance, 3), sensitive: false };
      const compiled = compileOutput(returns, null, 'tool');
      const validate = ajv.compile(compiled.schema ?? {});
      for (let turn = 0; turn < 5; turn += 1) {
        const given = fitting(chance, returns, returns.type !== 'object');
        const output = compiled.parse(valueOutput(returns.type === 'array' ? given : [given]), true);
        const value = output.kind === 'value' ? output.value : null;
        const structured = asReadByClients(structuredContent(value, returns));
        expect(validate(structured), `seed ${seed}: ${JSON.stringify(validate.errors)}`).toBe(true);
      }
    }
  });

  it('fulfil it after any change that policies make', () => {
    const ajv = new Ajv2020({ strict: true, strictRequired: false, ownProperties: true });
    for (const seed of rounds) {
      const chance = new Chance(seed);
      const returns = someNode(chance, 3, chance.pick(['object', 'array']));
      const paths = chance.list(3, () =>
        chance.list(2, () => chance.pick([...names, '*'])).concat(chance.pick(names)),
      );
      const masks = chance.oneIn(2);
      const sensitive = chance.oneIn(2);
      const fields = paths.map((path) => path.join('.'));
      const output = [
        { condition: 'x', action: masks ? 'mask_fields' : 'filter_fields', reason: null, fields } as const,
        {
          condition: 'y',
          action: sensitive ? 'filter_sensitive_fields' : 'deny',
          reason: null,
          fields: [],
        } as const,
      ];
      const compiled = compileOutput(returns, { input: [], output }, 'tool');
      const validate = ajv.compile(compiled.schema ?? {});
      for (let turn = 0; turn < 5; turn += 1) {
        let value = fitting(chance, returns, false);
        for (const path of paths)
          if (chance.oneIn(2)) value = changed(value, path.join('.').split('.'), masks);
        if (sensitive && chance.oneIn(2)) value = withoutSensitive(value, returns);
        const structured = asReadByClients(structuredContent(value, returns));
        expect(validate(structured), `seed ${seed}: ${JSON.stringify(validate.errors)}`).toBe(true);
      }
    }
  });

  it('of any form either pass or fail with our error, and what passes fulfils the schema', () => {
    const ajv = new Ajv2020({ strict: true, strictRequired: false, ownProperties: true });
    let passed = 0;
    for (const seed of rounds) {
      const chance = new Chance(seed);
      const returns = { ...someNode(chance, 2), sensitive: false };
      const compiled = compileOutput(returns, null, 'tool');
      try {
        const output = compiled.parse(valueOutput(anyValue(chance, 3)), true);
        const value = output.kind === 'value' ? output.value : null;
        if (value === null && returns.type === 'object') continue;
        passed += 1;
        const structured = asReadByClients(structuredContent(value, returns));
        expect(ajv.validate(compiled.schema ?? {}, structured), `seed ${seed}: ${ajv.errorsText()}`).toBe(
          true,
        );
      } catch (error) {
        if (!(error instanceof OutputInvalidError)) throw error;
      }
    }
    expect(passed).toBeGreaterThan(10);
  });
});

describe('arguments', () => {
  it('that fulfil the advertised schema are accepted', () => {
    const ajv = new Ajv2020({
      strict: true,
      strictRequired: false,
      ownProperties: true,
      validateFormats: false,
    });
    let checked = 0;
    for (const seed of rounds) {
      const chance = new Chance(seed);
      const parameters = names.map((name) => ({ name, ...someNode(chance, 2) }));
      const compiled = compileInput(parameters);
      const validate = ajv.compile(compiled.schema);
      const given = Object.fromEntries(
        parameters.map((parameter) => [parameter.name, fitting(chance, parameter, false)]),
      );
      if (!validate(asReadByClients(given))) continue;
      checked += 1;
      expect(() => compiled.parse(given, 'refuse'), `seed ${seed}`).not.toThrow();
    }
    expect(checked).toBeGreaterThan(20);
  });

  it('of any form either pass, and pass again unchanged, or fail with our error', () => {
    let passed = 0;
    for (const seed of rounds) {
      const chance = new Chance(seed);
      const parameters = [{ name: 'p', ...someNode(chance, 2) }];
      const compiled = compileInput(parameters);
      for (let turn = 0; turn < 5; turn += 1) {
        const given: JsonObject = { p: anyValue(chance, 3) };
        try {
          const once = compiled.parse(given, 'refuse');
          passed += 1;
          expect(compiled.parse(once, 'refuse'), `seed ${seed}`).toEqual(once);
        } catch (error) {
          if (!(error instanceof InputInvalidError)) throw error;
          expect(error.problems.length).toBeGreaterThan(0);
        }
      }
    }
    expect(passed).toBeGreaterThan(100);
  });
});
