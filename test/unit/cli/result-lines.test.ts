import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../src/common/domain/json.js';
import { resultLines } from '../../../src/modules/cli/render/result-lines.js';

const shown = (result: JsonValue): string => resultLines(result, 'Results').join('\n');

describe('resultLines', () => {
  it('shows objects with equal keys as a table', () => {
    const rows = [
      { day: 'Mon', opens: 8, closed: false },
      { day: 'Sun', opens: null, closed: true },
    ];

    expect(shown(rows)).toBe(
      [
        '',
        '📊 Results (2 rows):',
        '',
        'day │ opens │ closed',
        '────────────────────',
        'Mon │ 8     │ false ',
        'Sun │ NULL  │ true  ',
      ].join('\n'),
    );
  });

  it('cuts cells at 50 characters, counting characters and not code units', () => {
    const [, , , , , exact, cut] = resultLines([{ a: '😀'.repeat(50) }, { a: 'y'.repeat(51) }], 'Results');

    expect(exact).toBe('😀'.repeat(50));
    expect(cut).toBe('y'.repeat(47) + '...');
  });

  it('shows nested values as compact JSON and control characters escaped', () => {
    expect(shown([{ a: { b: [1, null] }, c: 'x\ny\u001b[2J' }])).toContain(
      '{"b":[1,null]} │ x\\ny\\u001b[2J',
    );
  });

  it('warns when keys differ', () => {
    expect(shown([{ a: 1 }, { b: 2 }])).toBe(
      [
        '',
        '⚠️  Warning: Inconsistent dict keys found. Displaying as list.',
        '',
        '📊 Results (2 items):',
        '',
        'Value  ',
        '───────',
        '{"a":1}',
        '{"b":2}',
      ].join('\n'),
    );
  });

  it('warns when kinds are mixed', () => {
    expect(shown([{ a: 1 }, 2])).toContain(
      '⚠️  Warning: Mixed data types found. Displaying all as strings.\n\n📊 Results (2 items):',
    );
  });

  it('shows scalars one per line', () => {
    expect(shown(['x', 2, true, null])).toBe(
      '\n📊 Results (4 items):\n\nValue\n─────\nx    \n2    \ntrue \nNULL ',
    );
  });

  it('shows the first hundred of many', () => {
    const rows = resultLines(
      Array.from({ length: 250 }, (_, n) => ({ n })),
      'Results',
    );
    const items = resultLines(
      Array.from({ length: 101 }, (_, n) => n),
      'Results',
    );

    expect(rows).toHaveLength(5 + 100 + 2);
    expect(rows.slice(-2)).toEqual(['', '... and 150 more rows']);
    expect(items.at(-1)).toBe('... and 1 more items');
  });

  it.each<[string, JsonValue, string]>([
    ['an object', { a: 'ü' }, '\n📋 Result:\n{\n  "a": "ü"\n}'],
    ['an empty list', [], '\n📋 Result:\n[]'],
    ['null', null, '\n📋 Result: NULL'],
    ['false', false, '\n📋 Result: false'],
    ['text of several lines', 'two\nlines', '\n📋 Result: two\nlines'],
    ['a wide integer', 2n ** 127n - 1n, '\n📋 Result: 170141183460469231731687303715884105727'],
  ])('shows %s', (_kind, value, text) => {
    expect(shown(value)).toBe(text);
  });
});
