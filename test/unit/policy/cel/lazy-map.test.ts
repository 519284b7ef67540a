import { describe, expect, it, vi } from 'vitest';
import type { JsonObject } from '../../../../src/common/domain/json.js';
import { LazyMap } from '../../../../src/modules/policy/cel/lazy-map.js';

const convert = (value: unknown, key: string) => `${key}=${String(value)}`;

describe('LazyMap', () => {
  it('converts a member when it is first asked for, and only then', () => {
    const converted = vi.fn(convert);
    const map = new LazyMap({ a: 1, b: 2 }, converted);

    expect(converted).not.toHaveBeenCalled();
    expect([map.get('a'), map.get('a'), [...map.values()][0]]).toEqual(['a=1', 'a=1', 'a=1']);
    expect(converted.mock.calls).toEqual([
      [1, 'a'],
      [2, 'b'],
    ]);
  });

  it('has the own keys of the object, as text and no others', () => {
    const map = new LazyMap(JSON.parse('{"1": 1, "true": 2, "__proto__": 3}') as JsonObject, convert);

    expect(map.has('1') && map.has('true') && map.has('__proto__')).toBe(true);
    expect(map.has(1n) || map.has(true) || map.has('toString')).toBe(false);
    expect(map.get(1n)).toBeUndefined();
  });

  it('is walked in the order of the object', () => {
    const map = new LazyMap({ b: null, a: 1 }, convert);
    const visited: unknown[] = [];
    map.forEach((...visit) => visited.push(visit));

    expect(map.size).toBe(2);
    expect([...map.keys()]).toEqual(['b', 'a']);
    expect([...map.values()]).toEqual(['b=null', 'a=1']);
    expect([...map.entries()]).toEqual([...map]);
    expect([...map]).toEqual([
      ['b', 'b=null'],
      ['a', 'a=1'],
    ]);
    expect(visited).toEqual([
      ['b=null', 'b', map],
      ['a=1', 'a', map],
    ]);
  });
});
