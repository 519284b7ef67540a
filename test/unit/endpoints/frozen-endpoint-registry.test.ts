import { describe, expect, it } from 'vitest';
import type { CallRequest } from '../../../src/common/domain/call.js';
import type { Endpoint, EndpointProblem, Policies } from '../../../src/common/domain/endpoint.js';
import { queryTarget } from '../../../src/common/domain/query-target.js';
import { EndpointInvalidError, EndpointNotFoundError } from '../../../src/common/errors/endpoint-errors.js';
import { sqlTools } from '../../../src/modules/endpoints/builtin/sql-tools.js';
import { FrozenEndpointRegistry } from '../../../src/modules/endpoints/frozen-endpoint-registry.js';
import type { RegistryEntry } from '../../../src/modules/endpoints/registry-entry.js';
import { aCall } from '../../builders/a-call.js';
import { anEndpoint } from '../../builders/an-endpoint.js';
import { aRule, policiesOf } from '../../builders/policies.js';

interface Parts {
  readonly entries?: readonly (RegistryEntry | Endpoint)[];
  readonly problems?: readonly EndpointProblem[];
  readonly servesSqlTools?: boolean;
  readonly sqlPolicies?: Policies;
}

function aRegistry({ entries = [], problems = [], servesSqlTools = false, sqlPolicies }: Parts = {}) {
  return new FrozenEndpointRegistry({
    entries: entries.map((entry) =>
      'endpoint' in entry ? entry : { endpoint: entry, isServed: true, refusal: null },
    ),
    problems,
    files: [],
    sqlTools: sqlTools({
      enabled: servesSqlTools,
      readonly: true,
      descriptions: {},
      policies: sqlPolicies ?? null,
    }),
    servesSqlTools,
  });
}

const tool = (id: string) => anEndpoint({ id, name: id, file: `tools/${id}.yml` });
const resource = (id: string) => anEndpoint({ kind: 'resource', id, name: id, file: `resources/${id}.yml` });

const reading = (target: string, overrides: Partial<CallRequest> = {}) =>
  aCall({ kind: 'resource', target, ...overrides });

function error(file: string, message: string): EndpointProblem {
  return { file, location: '', message, severity: 'error', line: 1, column: 1 };
}

describe('FrozenEndpointRegistry', () => {
  it('says whether anything that a call can reach has policies', () => {
    const policies = policiesOf({ input: [aRule()] });
    const unserved = { endpoint: { ...tool('a'), policies }, isServed: false, refusal: null };

    expect(aRegistry({ entries: [tool('a')] }).hasPolicies).toBe(false);
    expect(aRegistry({ entries: [unserved] }).hasPolicies).toBe(true);
    expect(aRegistry({ sqlPolicies: policies }).hasPolicies).toBe(true);
  });

  it('finds tools and prompts by name and passes their arguments on', () => {
    const echo = tool('echo');
    const found = aRegistry({ entries: [echo] }).resolve(aCall({ arguments: { a: 1 } }));
    expect(found).toEqual({ endpoint: echo, given: { a: 1 } });
  });

  it('knows no name of another kind, and none that is not there', () => {
    const registry = aRegistry({ entries: [tool('echo')] });
    for (const request of [aCall({ kind: 'prompt' }), reading('echo'), aCall({ target: '__proto__' })]) {
      expect(() => registry.resolve(request)).toThrow(EndpointNotFoundError);
    }
    expect(() => registry.resolve(aCall({ target: 'nope', origin: 'cli' }))).toThrow(
      "Endpoint 'nope' not found in tools",
    );
  });

  it.each([
    ['cli', ['echo']],
    ['http', []],
  ] as const)('tells callers of origin %s the names that there are: %j', (origin, known) => {
    const registry = aRegistry({ entries: [tool('echo'), resource('x://a')] });
    expect(() => registry.resolve(aCall({ target: 'nope', origin }))).toThrow(
      expect.objectContaining({ known }),
    );
  });

  it('lists each kind in serving order', () => {
    const registry = aRegistry({ entries: [tool('b'), resource('x://a'), tool('a')] });
    expect(registry.list('tool').map(({ id }) => id)).toEqual(['b', 'a']);
    expect(registry.list('resource').map(({ id }) => id)).toEqual(['x://a']);
    expect(registry.list('prompt')).toEqual([]);
  });

  it('orders problems by file and keeps their order within one', () => {
    const problems = [error('tools/b.yml', '1'), error('prompts/c.yml', '2'), error('tools/b.yml', '3')];
    expect(aRegistry({ problems }).problems.map(({ message }) => message)).toEqual(['2', '1', '3']);
  });

  describe('resources', () => {
    it('prefers the exact URI over templates, and earlier templates over later ones', () => {
      const entries = [resource('x://{a}'), resource('x://{b}'), resource('x://fixed')];
      const registry = aRegistry({ entries });
      expect(registry.resolve(reading('x://fixed'))).toEqual({ endpoint: entries[2], given: {} });
      expect(registry.resolve(reading('x://1'))).toEqual({ endpoint: entries[0], given: { a: '1' } });
    });

    it('merges what the URI holds with the arguments given; the URI wins', () => {
      const registry = aRegistry({ entries: [resource('x://{a}/{b}')] });
      const request = reading('x://1/2', { arguments: { a: 'given', c: 'kept' } });
      expect(registry.resolve(request).given).toEqual({ a: '1', b: '2', c: 'kept' });
    });

    it('takes a template itself as name from the command line, with its values as arguments', () => {
      const entries = [resource('x://{other}'), resource('x://{id}')];
      const request = reading('x://{id}', { origin: 'cli', arguments: { id: '7' } });
      expect(aRegistry({ entries }).resolve(request)).toEqual({ endpoint: entries[1], given: { id: '7' } });
    });

    it('reads a template as any other URI for MCP clients', () => {
      const registry = aRegistry({ entries: [resource('x://{id}')] });
      expect(registry.resolve(reading('x://{id}')).given).toEqual({ id: '{id}' });
    });

    it('normalises HTTP-like URIs', () => {
      const registry = aRegistry({ entries: [resource('https://a.test'), resource('https://b.test/{id}')] });
      expect(registry.resolve(reading('HTTPS://A.test/')).endpoint.id).toBe('https://a.test');
      expect(registry.resolve(reading('https://a.test')).endpoint.id).toBe('https://a.test');
      expect(registry.resolve(reading('HTTPS://B.TEST/Q')).given).toEqual({ id: 'Q' });
    });

    it('lets nothing that is not served hide what is', () => {
      const hidden = { endpoint: resource('x://{a}'), isServed: false, refusal: null };
      const registry = aRegistry({ entries: [hidden, resource('x://{b}')] });
      expect(registry.resolve(reading('x://1')).given).toEqual({ b: '1' });
    });
  });

  describe('endpoints with errors', () => {
    const unserved = { endpoint: tool('draft'), isServed: false, refusal: null };
    const refused = { endpoint: tool('twin'), isServed: false, refusal: "Duplicate endpoint name 'twin'" };
    const registry = aRegistry({ entries: [unserved, refused] });

    it('are neither listed nor known to MCP clients', () => {
      expect(registry.list('tool')).toEqual([]);
      for (const origin of ['http', 'stdio'] as const) {
        expect(() => registry.resolve(aCall({ target: 'draft', origin }))).toThrow(EndpointNotFoundError);
        expect(() => registry.resolve(aCall({ target: 'twin', origin }))).toThrow(EndpointNotFoundError);
      }
    });

    it('run from the command line unless they are refused, which says why', () => {
      for (const origin of ['cli', 'test', 'eval'] as const) {
        expect(registry.resolve(aCall({ target: 'draft', origin })).endpoint.id).toBe('draft');
        expect(() => registry.resolve(aCall({ target: 'twin', origin }))).toThrow(EndpointInvalidError);
        expect(() => registry.resolve(aCall({ target: 'twin', origin }))).toThrow(
          "Duplicate endpoint name 'twin'",
        );
      }
    });
  });

  describe('without', () => {
    const whole = aRegistry({
      entries: [tool('good'), tool('bad'), resource('x://{bad}')],
      problems: [error('tools/other.yml', 'first')],
    });
    const rest = whole.without(new Set(['tools/bad.yml', 'resources/x://{bad}.yml']), [
      error('tools/bad.yml', 'does not prepare'),
    ]);

    it('serves none of the files named', () => {
      expect(rest.list('tool').map(({ id }) => id)).toEqual(['good']);
      expect(rest.list('resource')).toEqual([]);
      expect(() => rest.resolve(aCall({ target: 'bad' }))).toThrow(EndpointNotFoundError);
      expect(() => rest.resolve(reading('x://1'))).toThrow(EndpointNotFoundError);
    });

    it('says to the command line why', () => {
      expect(() => rest.resolve(aCall({ target: 'bad', origin: 'test' }))).toThrow('does not prepare');
    });

    it('holds the problems given beside its own, and leaves the original alone', () => {
      expect(rest.problems.map(({ message }) => message)).toEqual(['does not prepare', 'first']);
      expect(whole.list('tool')).toHaveLength(2);
      expect(whole.problems).toHaveLength(1);
    });
  });

  describe('SQL tools', () => {
    const query = { target: 'execute_sql_query', arguments: { sql: 'SELECT 1' } };

    it('are listed last and callable by MCP clients when enabled', () => {
      const registry = aRegistry({ entries: [tool('zebra')], servesSqlTools: true });
      const listed = ['zebra', 'execute_sql_query', 'list_tables', 'get_table_schema'];
      expect(registry.list('tool').map(({ id }) => id)).toEqual(listed);
      expect(registry.resolve(aCall(query)).endpoint.id).toBe('execute_sql_query');
    });

    it('do not exist for MCP clients when disabled', () => {
      const registry = aRegistry();
      expect(registry.list('tool')).toEqual([]);
      for (const origin of ['http', 'stdio'] as const) {
        expect(() => registry.resolve(aCall({ ...query, origin }))).toThrow(EndpointNotFoundError);
      }
    });

    it('are there for every other caller, enabled or not', () => {
      for (const origin of ['cli', 'test', 'eval'] as const) {
        expect(aRegistry().resolve(aCall({ ...query, origin })).given).toEqual({ sql: 'SELECT 1' });
      }
    });

    it('give way to a tool of the project, listed or not, except for `mxcp query`', () => {
      const own = tool('execute_sql_query');
      const registry = aRegistry({ entries: [own], servesSqlTools: true });
      expect(registry.list('tool')).toHaveLength(3);
      expect(registry.resolve(aCall(query)).endpoint).toBe(own);
      expect(registry.resolve(aCall({ ...query, origin: 'cli' })).endpoint).toBe(own);
      const builtIn = registry.resolve(aCall({ ...query, origin: 'cli', target: queryTarget })).endpoint;
      expect(builtIn.file).toBeNull();

      const left = registry.without(new Set(['tools/execute_sql_query.yml']), []);
      expect(left.list('tool').map(({ id }) => id)).toEqual(['list_tables', 'get_table_schema']);
      expect(() => left.resolve(aCall(query))).toThrow(EndpointNotFoundError);
    });

    it('hide the name that `mxcp query` uses from MCP clients', () => {
      const registry = aRegistry({ servesSqlTools: true });
      expect(() => registry.resolve(aCall({ target: queryTarget }))).toThrow(EndpointNotFoundError);
    });
  });
});
