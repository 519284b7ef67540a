import { describe, expect, it } from 'vitest';
import type { CallRequest } from '../../../src/common/domain/call.js';
import type { Endpoint } from '../../../src/common/domain/endpoint.js';
import type { JsonObject, JsonValue } from '../../../src/common/domain/json.js';
import { valueOutput } from '../../../src/common/domain/output.js';
import { anonymous, principalFromContext } from '../../../src/common/domain/principal.js';
import { PolicyContext } from '../../../src/modules/policy/policy-context.js';
import { userFields, userMap } from '../../../src/modules/policy/user-map.js';
import { aCall } from '../../builders/a-call.js';
import { aNode, aParameter } from '../../builders/a-type-node.js';
import { anEndpoint } from '../../builders/an-endpoint.js';
import { anEngine, aRule, policiesOf } from '../../builders/policies.js';
import { FakeClock } from '../../fakes/fake-clock.js';

/** Asserts a condition by a rule that denies when it holds and is told apart from one that fails. */
function holdsOnInput(
  condition: string,
  input: JsonObject = {},
  { endpoint = {}, call = {} }: { endpoint?: Partial<Endpoint>; call?: Partial<CallRequest> } = {},
): boolean | 'error' {
  const judged = anEndpoint({ policies: policiesOf({ input: [aRule({ condition })] }), ...endpoint });
  const verdict = anEngine([judged]).judgeInput(judged, aCall(call), input);
  return verdict.decision !== 'deny' ? false : verdict.failed ? 'error' : true;
}

function holdsOnOutput(
  condition: string,
  response: JsonValue,
  { endpoint = {}, input = {} }: { endpoint?: Partial<Endpoint>; input?: JsonObject } = {},
): boolean | 'error' {
  const judged = anEndpoint({ policies: policiesOf({ output: [aRule({ condition })] }), ...endpoint });
  const verdict = anEngine([judged]).judgeOutput(judged, aCall(), input, valueOutput(response));
  return verdict.decision !== 'deny' ? false : verdict.failed ? 'error' : true;
}

describe('user', () => {
  const claims: JsonObject = {
    user_id: '7',
    username: 'ann',
    email: 'ann@corp.test',
    role: 'clerk',
    permissions: ' pay.read  pay.write ',
    groups: ['hr'],
    scopes: ['openid'],
    capabilities: ['ledger.post'],
    email_verified: true,
    department: 'sales',
    level: 3,
  };
  const ann = principalFromContext(claims, 'cli', 'cli_user');

  it.each([
    "user.user_id == '7' && user.id == '7' && user.username == 'ann' && user.provider == 'cli'",
    "user.email == 'ann@corp.test' && user.name == null",
    "user.role == 'clerk' && user.roles == ['clerk']",
    "user.permissions == ['pay.read', 'pay.write']",
    "user.groups == ['hr'] && user.scopes == ['openid'] && user.capabilities == ['ledger.post']",
    "user.email_verified && user.claims.department == 'sales' && user.claims.level == 3",
  ])('holds for a caller with an identity: %s', (condition) => {
    expect(holdsOnInput(condition, {}, { call: { principal: ann } })).toBe(true);
  });

  it.each([
    "user.role == 'anonymous' && user.roles == ['anonymous']",
    'user.user_id == null && user.id == null && user.username == null && user.provider == null',
    'user.email == null && user.name == null && !user.email_verified',
    'user.permissions == [] && user.capabilities == [] && user.groups == [] && user.scopes == []',
    'user.claims == {}',
  ])('holds for the anonymous caller: %s', (condition) => {
    expect(holdsOnInput(condition, {}, { call: { principal: anonymous } })).toBe(true);
  });

  it.each<[JsonObject, string]>([
    [{}, "user.role == 'user' && user.permissions == []"],
    [{ role: null }, 'user.role == null && user.roles == []'],
    [{ role: ['a', 'b'] }, "user.role == ['a', 'b'] && user.roles == ['a', 'b']"],
    [{ role: 'sales lead', roles: ['x'] }, "user.role == 'sales lead' && user.roles == ['x']"],
    [{ role: 'sales lead' }, "user.roles == ['sales lead']"],
    [{ permissions: null }, "!('x' in user.permissions)"],
    [{ permissions: 5 }, 'user.permissions == [5]'],
    [{ groups: 'hr' }, 'user.groups == []'],
    [{ email_verified: 'true' }, 'user.email_verified'],
    [{ email_verified: 'false' }, '!user.email_verified'],
  ])('coerces claims %j', (profile, condition) => {
    const principal = principalFromContext(profile, 'cli', 'cli_user');

    expect(holdsOnInput(condition, {}, { call: { principal } })).toBe(true);
  });

  it('has the fields that conditions are checked against', () => {
    expect(Object.keys(userMap(ann))).toEqual(userFields);
  });

  it('is made once for a principal', () => {
    const context = new PolicyContext(new FakeClock());
    const [first, again, other] = [ann, ann, anonymous].map(
      (principal) =>
        context.bind(['user'], { endpoint: anEndpoint(), request: aCall({ principal }), input: {} })['user'],
    );

    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('shadows a parameter of that name', () => {
    const endpoint = { parameters: [aParameter('user', 'string')] };

    expect(holdsOnInput("user.role == 'anonymous'", { user: 'root' }, { endpoint })).toBe(true);
  });
});

describe('arguments', () => {
  it('are variables of input rules, typed as declared', () => {
    const endpoint = {
      parameters: [
        aParameter('amount', 'integer'),
        aParameter('rate', 'number'),
        aParameter('rates', 'array', { items: aNode('number') }),
        aParameter('o', 'object', { properties: { share: aNode('number'), count: aNode('integer') } }),
        aParameter('response', 'string'),
      ],
    };
    const input = { amount: 5, rate: 2, rates: [1], o: { share: 1, count: 1, free: 1 }, response: 'x' };

    for (const condition of [
      'type(amount) == int && type(rate) == double && type(rates[0]) == double',
      'type(o.share) == double && type(o.count) == int && type(o.free) == int',
      "response == 'x'",
    ]) {
      expect(holdsOnInput(condition, input, { endpoint })).toBe(true);
    }
  });

  it('are doubles beyond 64 bits', () => {
    const endpoint = { parameters: [aParameter('n', 'integer')] };

    expect(holdsOnInput('type(n) == double && n > 9e18', { n: 2n ** 63n }, { endpoint })).toBe(true);
    expect(
      holdsOnInput(
        'type(n) == double',
        { n: 2n ** 60n },
        { endpoint: { parameters: [aParameter('n', 'number')] } },
      ),
    ).toBe(true);
    expect(holdsOnOutput('type(response) == int', 2n ** 60n)).toBe(true);
    expect(holdsOnInput('n == 9223372036854775807', { n: 2n ** 63n - 1n }, { endpoint })).toBe(true);
  });

  it.each([
    'n > 100',
    'n > 100.5',
    '100 < n',
    'n != null && n > 100u',
    'n < 0 || n > 100',
    '!(n <= 100)',
    '[n].exists(each, each >= 100)',
    'true < n',
  ])('that are not a number have no order, so that no limit lets them pass: %s', (condition) => {
    const endpoint = { parameters: [aParameter('n', 'number')] };

    expect(holdsOnInput(condition, { n: NaN }, { endpoint })).toBe('error');
    expect(holdsOnInput("n == null || n == 5 || 'x' == 'y'", { n: NaN }, { endpoint })).toBe(false);
    expect(holdsOnInput('n > 100 && 100 < n && n > 1u', { n: Infinity }, { endpoint })).toBe(true);
  });

  it('that a rule names must be there', () => {
    expect(holdsOnInput('n == 1', {}, { endpoint: { parameters: [aParameter('n', 'integer')] } })).toBe(
      'error',
    );
  });

  it('are below params in output rules, and not variables there', () => {
    const options = { endpoint: { parameters: [aParameter('rate', 'number')] }, input: { rate: 2 } };

    expect(holdsOnOutput('type(params.rate) == double && params.rate == 2.0', {}, options)).toBe(true);
    expect(holdsOnOutput('rate == 2.0', {}, options)).toBe('error');
    expect(holdsOnInput('params.rate == 2.0', options.input, options)).toBe('error');
  });

  it('of the built-in SQL tools are null where a tool has no such argument', () => {
    const endpoint = { file: null, id: 'execute_sql_query', parameters: [aParameter('sql', 'string')] };
    const condition = "table_name == null && params == null && sql.contains('DROP')";

    expect(holdsOnInput(condition, { sql: 'DROP TABLE x' }, { endpoint })).toBe(true);
  });
});

describe('request', () => {
  it.each(['cli', 'test', 'eval'] as const)('says cli for calls from %s', (origin) => {
    expect(holdsOnInput("request.transport == 'cli'", {}, { call: { origin } })).toBe(true);
  });

  it.each(['http', 'stdio'] as const)('says %s for MCP clients', (origin) => {
    expect(holdsOnInput(`request.transport == '${origin}'`, {}, { call: { origin } })).toBe(true);
  });

  it('names the endpoint, its kind and the time', () => {
    const condition =
      "request.endpoint == 'echo' && request.kind == 'tool' && request.time - timestamp('2026-03-02') > duration('9h') && request.time.getHours() == 9";

    expect(holdsOnInput(condition)).toBe(true);
    expect(holdsOnOutput(condition, null)).toBe(true);
  });

  it('gives way to a parameter of that name', () => {
    const endpoint = { parameters: [aParameter('request', 'string')] };

    expect(holdsOnInput("request == 'x'", { request: 'x' }, { endpoint })).toBe(true);
    expect(
      holdsOnOutput("request.kind == 'tool' && params.request == 'x'", 1, {
        endpoint,
        input: { request: 'x' },
      }),
    ).toBe(true);
  });
});

describe('response', () => {
  it('has whole numbers as int unless the return schema says number', () => {
    const returns = aNode('object', { properties: { price: aNode('number') } });

    expect(holdsOnOutput('type(response.price) == int', { price: 5 })).toBe(true);
    expect(holdsOnOutput('type(response.price) == double', { price: 5 }, { endpoint: { returns } })).toBe(
      true,
    );
    expect(holdsOnOutput('type(response) == double', 5.5)).toBe(true);
  });

  it('has the keys of the data and no others', () => {
    const response = JSON.parse('{"__proto__": 1, "constructor": 2}') as JsonObject;

    expect(holdsOnOutput("response.constructor == 2 && response['__proto__'] == 1", response)).toBe(true);
    expect(holdsOnOutput('has(response.toString)', response)).toBe(false);
  });

  it('compares and iterates like any map or list', () => {
    const response = { a: [1, { b: null }], c: 'x' };

    expect(holdsOnOutput("response == {'a': [1, {'b': null}], 'c': 'x'}", response)).toBe(true);
    expect(holdsOnOutput("response.all(key, key in ['a', 'c']) && response.size() == 2", response)).toBe(
      true,
    );
  });

  it('may be null', () => {
    expect(holdsOnOutput('response == null', null)).toBe(true);
  });
});
