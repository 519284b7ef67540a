import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../../../../src/common/domain/endpoint.js';
import type { JsonObject, JsonValue } from '../../../../src/common/domain/json.js';
import { valueOutput } from '../../../../src/common/domain/output.js';
import { anonymous, principalFromContext } from '../../../../src/common/domain/principal.js';
import { aCall } from '../../../builders/a-call.js';
import { anEndpoint } from '../../../builders/an-endpoint.js';
import { aParameter } from '../../../builders/a-type-node.js';
import { anEngine, aRule, policiesOf } from '../../../builders/policies.js';

type Answer = 'T' | 'F' | 'E';

const ann = principalFromContext(
  { user_id: '7', username: 'ann', email: 'ann@corp.test', name: 'Ann', permissions: ['a.read', 'a.write'] },
  'test',
  'ann',
);

const input: JsonObject = {
  n: 5,
  f: 2.5,
  s: 'héllo',
  e: '',
  b: true,
  z: null,
  l: [1, 2, 3],
  m: { k: 1, v: null },
  lm: [{ a: 1 }, { a: 2 }, { c: 3 }],
  d: '2024-05-01',
  namespace: 'x',
};

const R: JsonValue = { dept: 'HR', pay: 10.5, id: 7, note: null, adr: { city: 'Z' } };

const parameters = [
  aParameter('n', 'integer'),
  aParameter('f', 'number'),
  aParameter('s', 'string'),
  aParameter('e', 'string'),
  aParameter('b', 'boolean'),
  aParameter('z', 'string', { default: null }),
  aParameter('l', 'array'),
  aParameter('m', 'object'),
  aParameter('lm', 'array'),
  aParameter('d', 'string', { format: 'date' }),
  aParameter('namespace', 'string'),
];

/** Rows of policies.md §10 as the target dialect answers them; 5 follows §3 (`name` is always there). */
const inputRows: readonly (readonly [row: number, answer: Answer, condition: string, who?: 'anon'])[] = [
  [1, 'T', `user.role == 'user'`],
  [2, 'E', `user.nope != 'x'`],
  [3, 'F', `has(user.nope)`],
  [4, 'T', `has(user.email)`, 'anon'],
  [5, 'T', `user.name == null`, 'anon'],
  [6, 'E', `!user.email.endsWith('@corp.test')`, 'anon'],
  [7, 'T', `user.email == null || !user.email.endsWith('@corp.test')`, 'anon'],
  [8, 'T', `'a.read' in user.permissions`],
  [9, 'T', `user.permissions.contains('a.read')`],
  [10, 'T', `user.permissions.all(p, p.startsWith('a.'))`],
  [11, 'T', `user.permissions.exists_one(p, p == 'a.read')`],
  [12, 'T', `user.permissions.filter(p, p.endsWith('read')).size() == 1`],
  [13, 'T', `user.role in ['admin', 'user']`],
  [14, 'T', `user.permissions.map(p, p + '!')[0] == 'a.read!'`],
  [15, 'T', `n == 5.0`],
  [16, 'T', `n > 4.5`],
  [17, 'T', `f < 3`],
  [18, 'F', `n == '5'`],
  [19, 'T', `!(n == '5')`],
  [20, 'E', `n < '9'`],
  [21, 'F', `n in ['1', '5']`],
  [22, 'T', `s in ['héllo', 1]`],
  [23, 'F', `n == null`],
  [24, 'F', `s == null`],
  [25, 'T', `l != null`],
  [26, 'T', `z == null`],
  [27, 'E', `'a' in z`],
  [28, 'E', `z > 1`],
  [29, 'T', `n == null || n > 3`],
  [30, 'T', `n != null && n > 3`],
  [31, 'T', `size(z) == 0`],
  [32, 'F', `true == 1`],
  [33, 'F', `b == 'true'`],
  [34, 'T', `1 < 2 < 3`],
  [35, 'T', `n && true`],
  [36, 'E', `!n`],
  [37, 'E', `n ? 1 : 2`],
  [38, 'T', `7 / 2 == 3 && -7 / 2 == -3`],
  [39, 'T', `-7 % 3 == -1`],
  [40, 'E', `n / 0 == 1`],
  [41, 'E', `n + 1.0 == 6.0`],
  [42, 'T', `1u + 1 == 2u`],
  [43, 'E', `9223372036854775807 + 1 > 0`],
  [44, 'T', `size(s) == 5`],
  [45, 'T', `s.matches('l+') && !s.matches('^l')`],
  [46, 'E', `s.matches('(')`],
  [47, 'F', `s.lowerAscii() == 'x'`],
  [48, 'T', `s + string(n) == 'héllo5'`],
  [49, 'T', `string(b) == 'true'`],
  [50, 'T', `string(2.0) == '2'`],
  [51, 'T', `int('42') == 42 && int(-2.7) == -2`],
  [52, 'T', `int('0x10') == 16`],
  [53, 'E', `bool('yes')`],
  [54, 'T', `m.v == null && has(m.v)`],
  [55, 'E', `m.missing == null`],
  [56, 'E', `m['missing'] == 1`],
  [57, 'T', `'k' in m && m.size() == 2`],
  [58, 'F', `has(m.x.y)`],
  [59, 'T', `has(m)`],
  [60, 'T', `l[-1] == 3`],
  [61, 'E', `l[5] == 1`],
  [62, 'T', `l + [4] == [1,2,3,4]`],
  [63, 'F', `[1] == ['1']`],
  [64, 'T', `lm.exists(x, x.a == 2)`],
  [65, 'E', `lm.all(x, x.a > 0)`],
  [66, 'F', `lm.all(x, has(x.a))`],
  [67, 'F', `[1,'b'].exists(x, x == 'a')`],
  [68, 'T', `[].all(x, x > 1)`],
  [69, 'F', `[].exists(x, x > 1)`],
  [70, 'T', `m.exists(k, k == 'k')`],
  [71, 'T', `l.map(x, x > 1, x * 2) == [4, 6]`],
  [72, 'T', `unknown == 1 || true`],
  [73, 'E', `unknown == 1 && true`],
  [74, 'F', `has(user.nope) ? user.nope == 1 : false`],
  [75, 'T', `timestamp(d) < timestamp('2024-06-01T00:00:00Z')`],
  [76, 'T', `timestamp('2024-06-01T00:00:00Z') - timestamp('2024-05-01T00:00:00Z') > duration('720h')`],
  [77, 'E', `(timestamp(d) - timestamp(d)).getDays() > 30`],
  [78, 'T', `timestamp('2024-05-01T10:30:00Z').getMonth() == 4`],
  [79, 'T', `timestamp('2024-05-01T10:30:00Z').getHours('Europe/Zurich') == 12`],
  [80, 'T', `timestamp('2024-05-01T10:30:00Z').getDayOfMonth() == 0`],
  [81, 'T', `duration('1h30m') == duration('90m') && duration('90m').getMinutes() == 90`],
  [82, 'T', `duration('1d') == duration('24h')`],
  [83, 'T', `timestamp(10) == timestamp('1970-01-01T00:00:10Z')`],
  [84, 'T', `d > '2024-04-30'`],
  [85, 'T', `type(n) == int && type(z) == null_type`],
  [86, 'T', `{'a': [1, {'b': true}]}.a[1].b`],
  [91, 'T', `'false'`],
  [93, 'T', `namespace == 'x'`],
];

const outputRows: readonly (readonly [
  row: number,
  answer: Answer,
  condition: string,
  response: JsonValue,
])[] = [
  [87, 'T', `response.dept == 'HR' && response.adr.city == 'Z'`, R],
  [88, 'F', `response.id == user.user_id`, R],
  [89, 'E', `response.dept == 'HR'`, [R]],
  [90, 'T', `response.exists(r, r.id == 2)`, [{ id: 1 }, { id: 2 }]],
];

describe('the CEL dialect (policies.md §10)', () => {
  it.each(inputRows.map(([row, answer, condition, who]) => ({ row, answer, condition, who })))(
    'row $row is $answer: $condition',
    ({ answer, condition, who }) => {
      expect(answerOn(condition, undefined, who)).toBe(answer);
    },
  );

  it.each(outputRows)('row %i is %s: %s', (_row, answer, condition, response) => {
    expect(answerOn(condition, response)).toBe(answer);
  });

  it.each(['n == 5 and b', 'not b', "user.role = 'x'", ''])('row 92 does not compile: %s', (condition) => {
    const endpoint = endpointWith(condition, 'input');
    const engine = anEngine([endpoint]);

    expect(engine.problems).toMatchObject([
      { severity: 'error', location: 'tool.policies.input.0.condition' },
    ]);
    expect(engine.judgeInput(endpoint, aCall({ principal: ann }), input)).toMatchObject({
      decision: 'deny',
      failed: true,
    });
  });

  it('covers every row of the table', () => {
    const rows = new Set([...inputRows, ...outputRows].map(([row]) => row).concat(92));
    expect([...rows].sort((a, b) => a - b)).toEqual(Array.from({ length: 93 }, (_, index) => index + 1));
  });
});

function answerOn(condition: string, response?: JsonValue, who?: 'anon'): Answer {
  const endpoint = endpointWith(condition, response === undefined ? 'input' : 'output');
  const engine = anEngine([endpoint]);
  const call = aCall({ principal: who === 'anon' ? anonymous : ann });
  const verdict =
    response === undefined
      ? engine.judgeInput(endpoint, call, input)
      : engine.judgeOutput(endpoint, call, input, valueOutput(response));
  if (verdict.decision !== 'deny') return 'F';
  return verdict.failed ? 'E' : 'T';
}

function endpointWith(condition: string, stage: 'input' | 'output'): Endpoint {
  return anEndpoint({ parameters, policies: policiesOf({ [stage]: [aRule({ condition })] }) });
}
