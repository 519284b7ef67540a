import { describe, expect, it } from 'vitest';
import { MASK, maskFields, removeFields } from '../../../src/modules/policy/field-redaction.js';

describe('removeFields', () => {
  it('drops the keys of an object and ignores names it does not have', () => {
    expect(removeFields(['pay', 'nope'])({ name: 'Ann', pay: 10 })).toEqual({ name: 'Ann' });
  });

  it('drops the keys of every object in a list, in nested lists too', () => {
    expect(removeFields(['a'])([{ a: 1, b: 2 }, [{ a: 3 }], 'a', null])).toEqual([{ b: 2 }, [{}], 'a', null]);
  });

  it.each([['text'], [7], [null], [true]])('leaves a scalar as it is: %s', (value) => {
    expect(removeFields(['a'])(value)).toBe(value);
  });

  it('does not look below the top level for a plain name', () => {
    expect(removeFields(['city'])({ address: { city: 'Z' } })).toEqual({ address: { city: 'Z' } });
  });

  it('follows a dotted path, through lists', () => {
    const order = { orders: [{ lines: [{ cost: 1, sku: 'x' }] }, { lines: [] }], cost: 5 };

    expect(removeFields(['orders.lines.cost'])(order)).toEqual({
      orders: [{ lines: [{ sku: 'x' }] }, { lines: [] }],
      cost: 5,
    });
  });

  it('takes * for any key', () => {
    expect(removeFields(['prices.*.net'])({ prices: { eur: { net: 1, vat: 2 }, usd: { net: 3 } } })).toEqual({
      prices: { eur: { vat: 2 }, usd: {} },
    });
    expect(removeFields(['*'])({ a: 1, b: 2 })).toEqual({});
  });

  it('prefers a key that is spelt with the dots to the path', () => {
    const value = { 'address.city': 'A', address: { city: 'B' } };

    expect(removeFields(['address.city'])(value)).toEqual({ address: { city: 'B' } });
  });

  it('decides between key and path for each object', () => {
    expect(removeFields(['a.b'])([{ 'a.b': 1, a: { b: 2 } }, { a: { b: 3 } }])).toEqual([
      { a: { b: 2 } },
      { a: {} },
    ]);
  });

  it('never changes the value it is given', () => {
    const value = Object.freeze({ pay: 1, nested: Object.freeze({ pay: 2 }), list: Object.freeze([]) });

    expect(removeFields(['pay', 'nested.pay'])(value)).toEqual({ nested: {}, list: [] });
    expect(value).toEqual({ pay: 1, nested: { pay: 2 }, list: [] });
  });

  it('hands on the very objects from which nothing is taken', () => {
    const rows = [{ pay: 1 }, { name: 'Ann' }];

    const [, untouched] = removeFields(['pay', 'a.b'])(rows) as typeof rows;

    expect(untouched).toBe(rows[1]);
  });

  it('treats __proto__ as an ordinary key', () => {
    const value = JSON.parse('{"__proto__": {"pay": 1}, "pay": 2}') as { pay: number };

    expect(JSON.stringify(removeFields(['pay'])(value))).toBe('{"__proto__":{"pay":1}}');
  });
});

describe('maskFields', () => {
  it('replaces a value of any type, null included, and adds nothing', () => {
    expect(maskFields(['a', 'b', 'c', 'd'])({ a: 1, b: null, c: { x: 1 }, keep: 2 })).toEqual({
      a: MASK,
      b: MASK,
      c: MASK,
      keep: 2,
    });
  });

  it('masks at the end of a path', () => {
    expect(maskFields(['bank.iban'])([{ bank: { iban: 'CH1', bic: 'X' } }, { bank: null }])).toEqual([
      { bank: { iban: '****', bic: 'X' } },
      { bank: null },
    ]);
  });
});
