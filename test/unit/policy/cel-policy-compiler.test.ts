import { describe, expect, it } from 'vitest';
import type { Endpoint, Policies } from '../../../src/common/domain/endpoint.js';
import { aCall } from '../../builders/a-call.js';
import { aNode, aParameter } from '../../builders/a-type-node.js';
import { anEndpoint } from '../../builders/an-endpoint.js';
import { anEngine, aRule, policiesOf, problemLines } from '../../builders/policies.js';

describe('CelPolicyCompiler', () => {
  it('reports a condition that does not compile as an error of its endpoint', () => {
    const endpoint = withPolicies(
      { input: [aRule(), aRule({ condition: 'not b', position: { line: 9, column: 5 } })] },
      { file: 'tools/x.yml' },
    );

    expect(anEngine([endpoint]).problems).toEqual([
      {
        file: 'tools/x.yml',
        location: 'tool.policies.input.1.condition',
        message:
          'Policy condition is invalid: found b but expecting end of input at line 1, column 5; write ! for not',
        severity: 'error',
        line: 9,
        column: 5,
      },
    ]);
  });

  it.each([
    [
      'a filter without fields',
      { output: [aRule({ action: 'filter_fields' })] },
      ["error tool.policies.output.0.fields: Action 'filter_fields' needs 'fields', a list of field names"],
    ],
    [
      'a mask without fields under input',
      { input: [aRule({ action: 'mask_fields' })] },
      [
        "warning tool.policies.input.0.action: Action 'mask_fields' has no effect on input; only 'deny' has",
        "error tool.policies.input.0.fields: Action 'mask_fields' needs 'fields', a list of field names",
      ],
    ],
    [
      'a filter of sensitive fields under input, which needs no names',
      { input: [aRule({ action: 'filter_sensitive_fields' })] },
      [
        "warning tool.policies.input.0.action: Action 'filter_sensitive_fields' has no effect on input; only 'deny' has",
      ],
    ],
    [
      'fields on deny',
      { output: [aRule({ fields: ['a'] })] },
      ["warning tool.policies.output.0.fields: 'fields' has no effect on action 'deny'"],
    ],
    [
      'filter_sensitive_fields without a return schema',
      { output: [aRule({ action: 'filter_sensitive_fields' })] },
      [
        "error tool.policies.output.0.action: Action 'filter_sensitive_fields' needs a return schema that marks what is sensitive",
      ],
    ],
    [
      'a misspelt variable',
      { input: [aRule({ condition: "usr.role == 'x'" })] },
      [
        "warning tool.policies.input.0.condition: Policy condition: unknown variable 'usr'; did you mean 'user'?",
      ],
    ],
    [
      'a variable that nothing has',
      { output: [aRule({ condition: 'amount > 1' })] },
      ["warning tool.policies.output.0.condition: Policy condition: unknown variable 'amount'"],
    ],
    [
      'a field that the caller does not have',
      { input: [aRule({ condition: "user.departement == 'hr'" })] },
      [
        "warning tool.policies.input.0.condition: Policy condition: 'user' has no field 'departement'; it has user_id, id, username, provider, email, name, role, roles, permissions, groups, scopes, capabilities, email_verified, claims",
      ],
    ],
    [
      'a field that the request does not have',
      { output: [aRule({ condition: "request.transprot == 'http'" })] },
      [
        "warning tool.policies.output.0.condition: Policy condition: 'request' has no field 'transprot'; did you mean 'transport'?",
      ],
    ],
  ])('reports %s', (_what, rules: Partial<Policies>, lines) => {
    expect(problemLines(anEngine([withPolicies(rules)]).problems)).toEqual(lines);
  });

  it.each([
    ['active', null],
    ['maybe', null],
    ['maybe || active', null],
    ['active == (count > 1)', null],
    ['count', 'the condition does not answer true or false; its truth decides'],
    ['price', 'the condition does not answer true or false; its truth decides'],
    ['label', 'the condition does not answer true or false; its truth decides'],
    ['active == count', 'a truth value never equals a number'],
    ['active == price', 'a truth value never equals a number'],
    ['active == label', null],
    ['sql', "unknown variable 'sql'"],
  ])('knows what the declarations say of %s', (condition, warning) => {
    const endpoint = withPolicies(
      { input: [aRule({ condition })] },
      {
        parameters: [
          aParameter('active', 'boolean'),
          aParameter('maybe', 'integer', { default: null }),
          aParameter('count', 'integer'),
          aParameter('price', 'number'),
          aParameter('label', 'string'),
        ],
      },
    );

    const expected = warning === null ? [] : [`Policy condition: ${warning}`];
    expect(anEngine([endpoint]).problems.map(({ message }) => message)).toEqual(expected);
  });

  it.each(['input', 'output'] as const)(
    'knows nothing of the kinds of SQL tools and responses: %s',
    (stage) => {
      const condition = { input: 'sql && params && table_name', output: 'response && params.sql' }[stage];
      const sql = anEndpoint({
        id: 'list_tables',
        file: null,
        policies: policiesOf({ [stage]: [aRule({ condition })] }),
      });

      expect(anEngine([sql]).problems).toEqual([]);
    },
  );

  it('says where an output rule finds an argument', () => {
    const endpoint = withPolicies(
      { output: [aRule({ condition: 'id > 1' })] },
      { parameters: [aParameter('id', 'integer')] },
    );

    expect(problemLines(anEngine([endpoint]).problems)).toEqual([
      "warning tool.policies.output.0.condition: Policy condition: unknown variable 'id'; write 'params.id'",
    ]);
  });

  it.each([
    [0, ['user', 'a']],
    [1, ['a', 'user']],
  ])('warns once about a parameter that conditions cannot see, at %i', (index, names) => {
    const endpoint = withPolicies(
      { input: [aRule(), aRule()] },
      { kind: 'prompt', file: 'prompts/x.yml', parameters: names.map((name) => aParameter(name, 'string')) },
    );

    expect(anEngine([endpoint]).problems).toEqual([
      {
        file: 'prompts/x.yml',
        location: `prompt.parameters.${index}.name`,
        message:
          "Policy conditions cannot see parameter 'user': there the name means the caller; rename the parameter",
        severity: 'warning',
        line: null,
        column: null,
      },
    ]);
  });

  it('finds nothing wrong with ordinary policies', () => {
    const endpoint = withPolicies(
      {
        input: [aRule({ condition: "amount > 100 && user.role != 'admin' && request.transport == 'http'" })],
        output: [
          aRule({ condition: "user.role != 'hr'", action: 'filter_fields', fields: ['pay'] }),
          aRule({ condition: 'params.amount > response.limit', action: 'filter_sensitive_fields' }),
        ],
      },
      { parameters: [aParameter('amount', 'integer')], returns: aNode('object') },
    );

    expect(anEngine([endpoint, anEndpoint({ id: 'free' })]).problems).toEqual([]);
  });

  it('reports the policies of the built-in SQL tools once, in the site file', () => {
    const policies = policiesOf({ input: [aRule({ condition: 'sql.contains(' })] });
    const tools = ['execute_sql_query', 'list_tables', 'get_table_schema'].map((id) =>
      anEndpoint({ id, file: null, policies }),
    );

    expect(anEngine(tools).problems).toMatchObject([
      { file: 'mxcp-site.yml', location: 'sql_tools.policies.input.0.condition', severity: 'error' },
    ]);
  });

  it('warns about SQL tools that show what output policies hide', () => {
    const hiding = withPolicies({ output: [aRule({ action: 'filter_fields', fields: ['pay'] })] });
    const sql = anEndpoint({ id: 'execute_sql_query', file: null });

    expect(anEngine([hiding, sql]).problems).toMatchObject([
      {
        file: 'mxcp-site.yml',
        location: 'sql_tools',
        severity: 'warning',
        message: expect.stringContaining('set sql_tools.policies'),
      },
    ]);
    expect(anEngine([hiding, { ...sql, policies: policiesOf({}) }]).problems).toEqual([]);
    expect(anEngine([sql]).problems).toEqual([]);
  });

  it('guards endpoints that are not listed', () => {
    const hidden = withPolicies(
      { input: [aRule({ reason: 'No SQL' })] },
      { id: 'execute_sql_query', file: null },
    );

    expect(anEngine([]).judgeInput(hidden, aCall(), {})).toMatchObject({
      decision: 'deny',
      reason: 'No SQL',
    });
  });
});

function withPolicies(rules: Partial<Policies>, overrides: Partial<Endpoint> = {}): Endpoint {
  return anEndpoint({ policies: policiesOf(rules), ...overrides });
}
