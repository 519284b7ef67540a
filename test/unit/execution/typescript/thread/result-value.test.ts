import { describe, expect, it } from 'vitest';
import {
  plainResult,
  plainValue,
} from '../../../../../src/modules/execution/typescript/thread/result-value.js';

const unlimited = { rows: 0, bytes: 0 };

class Point {
  readonly #hidden = 1;
  constructor(
    readonly x: number,
    readonly y: number,
  ) {}
  get sum(): number {
    return this.x + this.y + this.#hidden;
  }
}

describe('plainResult', () => {
  it.each([
    [undefined, null],
    [null, null],
    [true, true],
    ['text', 'text'],
    [1.5, 1.5],
    [NaN, null],
    [-Infinity, null],
    [5n, 5],
    [2n ** 63n, 2n ** 63n],
    [new Date('2024-01-31T12:00:00Z'), '2024-01-31T12:00:00.000Z'],
    [new Date('nope'), null],
    [Object(7), 7],
    [
      new Map<unknown, unknown>([
        ['a', 1],
        [2, new Set(['b'])],
        [new Date(0), 3],
      ]),
      { a: 1, '2': ['b'], '1970-01-01T00:00:00.000Z': 3 },
    ],
    [new Set([1, 1n]), [1, 1]],
    [Buffer.from('grüße'), 'grüße'],
    [new Uint8Array([0xff]), '/w=='],
    [new Uint8Array([0xff]).buffer, '/w=='],
    [new Float64Array([1, NaN]), [1, null]],
    [new BigInt64Array([2n ** 62n]), [2n ** 62n]],
    [new Point(1, 2), { x: 1, y: 2 }],
    [{ a: undefined, b: null, [Symbol('s')]: 1 }, { b: null }],
    [
      [undefined, , 1],
      [null, null, 1],
    ],
    [new URL('https://a.example/x'), 'https://a.example/x'],
    [{ toJSON: () => ({ deep: { toJSON: (key: string) => key } }) }, { deep: 'deep' }],
    [new Map([['a', 1]]).entries(), [['a', 1]]],
    [[1, 2].values(), [1, 2]],
    [Object.create(null, { a: { value: 1, enumerable: true } }), { a: 1 }],
  ])('makes plain data of %o', async (value, plain) => {
    expect(await plainResult(value, unlimited)).toEqual(plain);
  });

  it('reads generators, asynchronous ones in any place too', async () => {
    async function* pages(count: number): AsyncGenerator {
      for (let page = 0; page < count; page += 1) yield await Promise.resolve({ page, rows: rows(page) });
    }
    function* rows(count: number): Generator<number> {
      for (let row = 0; row < count; row += 1) yield row;
    }

    expect(await plainResult({ all: pages(2), one: [pages(1)] }, unlimited)).toEqual({
      all: [
        { page: 0, rows: [] },
        { page: 1, rows: [0] },
      ],
      one: [[{ page: 0, rows: [] }]],
    });
  });

  it('keeps a member named __proto__ a member', async () => {
    const plain = await plainResult(JSON.parse('{"__proto__":{"admin":true}}'), unlimited);

    expect(Object.keys(plain as object)).toEqual(['__proto__']);
    expect((plain as { admin?: boolean }).admin).toBeUndefined();
  });

  it('takes an object that is in two places, and refuses one that holds itself', async () => {
    const shared = { a: 1 };
    const loop: unknown[] = [shared];
    loop.push({ loop });

    expect(await plainResult([shared, shared], unlimited)).toEqual([shared, shared]);
    await expect(plainResult(loop, unlimited)).rejects.toThrow(
      'a reference to what it is part of at result[1].loop',
    );
  });

  it('counts rows of the outermost list only, and stops reading there', async () => {
    let read = 0;
    function* endless(): Generator {
      for (;;) yield [(read += 1), 2, 3, 4];
    }

    expect(await plainResult({ a: [1, 2, 3] }, { rows: 2, bytes: 0 })).toEqual({ a: [1, 2, 3] });
    await expect(plainResult(endless(), { rows: 2, bytes: 0 })).rejects.toThrow(
      'more than the 2 rows allowed',
    );
    expect(read).toBe(3);
  });

  it('never counts more bytes than the JSON has', async () => {
    const values = [{}, [], [[], {}], { a: null, b: [true, 1, 'x'] }, 'text', [1, 2, 3], { k: { k: {} } }];

    for (const value of values) {
      const bytes = JSON.stringify(value).length;
      expect(await plainResult(value, { rows: 0, bytes })).toEqual(value);
    }
  });
});

describe('plainValue', () => {
  it('refuses what takes time', () => {
    async function* later(): AsyncGenerator<number> {
      yield await Promise.resolve(1);
    }

    expect(() => plainValue({ a: later() })).toThrow('an async iterator');
  });
});
