import { describe, expect, it } from 'vitest';
import { removeSensitiveFields } from '../../../src/modules/policy/sensitive-fields.js';
import { aNode } from '../../builders/a-type-node.js';

const secret = aNode('string', { sensitive: true });
const person = aNode('object', {
  properties: {
    name: aNode('string'),
    ssn: secret,
    address: aNode('object', { properties: { city: aNode('string'), door_code: secret } }),
  },
});

describe('removeSensitiveFields', () => {
  it('drops sensitive properties at any depth and keeps what is undeclared', () => {
    const value = { name: 'Ann', ssn: '1', address: { city: 'Z', door_code: '2' }, extra: true };

    expect(removeSensitiveFields(person)(value)).toEqual({
      name: 'Ann',
      address: { city: 'Z' },
      extra: true,
    });
  });

  it('keeps nulls that are not sensitive', () => {
    expect(removeSensitiveFields(person)({ name: null, ssn: null, address: null })).toEqual({
      name: null,
      address: null,
    });
    expect(
      removeSensitiveFields(
        aNode('object', { properties: { cards: aNode('array', { items: secret }), ssn: secret } }),
      )({ cards: null, ssn: '1' }),
    ).toEqual({ cards: null });
  });

  it('keeps lists that hold nothing sensitive beside what is', () => {
    const tagged = aNode('object', {
      properties: { tags: aNode('array', { items: aNode('string') }), ssn: secret },
    });

    expect(removeSensitiveFields(tagged)({ tags: ['a'], ssn: '1' })).toEqual({ tags: ['a'] });
  });

  it('follows items, and drops sensitive ones', () => {
    expect(removeSensitiveFields(aNode('array', { items: person }))([{ ssn: '1' }, null])).toEqual([
      {},
      null,
    ]);
    expect(removeSensitiveFields(aNode('array', { items: secret }))(['a', 'b'])).toEqual([]);
  });

  it('makes a sensitive result null', () => {
    expect(removeSensitiveFields(secret)('x')).toBeNull();
  });

  it('drops undeclared keys where the schema allows none', () => {
    const closed = aNode('object', { properties: { a: aNode('string') }, additionalProperties: false });

    expect(removeSensitiveFields(closed)({ a: '1', b: '2' })).toEqual({ a: '1' });
  });

  it('withholds a value of another shape than declared when its declaration holds something sensitive', () => {
    expect(removeSensitiveFields(person)([{ ssn: '1' }])).toBeNull();
    expect(removeSensitiveFields(person)({ name: 'Ann', address: '{"door_code": 2}' })).toEqual({
      name: 'Ann',
    });
    expect(removeSensitiveFields(aNode('array', { items: person }))({ ssn: '1' })).toBeNull();
  });

  it('returns the very value when nothing is sensitive', () => {
    const value = { a: [1] };

    expect(removeSensitiveFields(aNode('object', { properties: { a: aNode('array') } }))(value)).toBe(value);
  });

  it('never changes the value it is given', () => {
    const value = Object.freeze({ name: 'Ann', ssn: '1' });

    removeSensitiveFields(person)(value);

    expect(value).toEqual({ name: 'Ann', ssn: '1' });
  });
});
