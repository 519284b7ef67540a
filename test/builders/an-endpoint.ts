import type { Endpoint } from '../../src/common/domain/endpoint.js';

/** A SQL tool named `echo` that takes and returns anything unchanged; override what matters. */
export function anEndpoint(overrides: Partial<Endpoint> = {}): Endpoint {
  return {
    kind: 'tool',
    id: 'echo',
    name: 'echo',
    title: null,
    description: '',
    tags: [],
    icons: [],
    annotations: null,
    file: 'tools/echo.yml',
    language: 'sql',
    source: { kind: 'inline', code: 'SELECT 1' },
    parameters: [],
    returns: null,
    mimeType: null,
    policies: null,
    limits: { rows: null, bytes: null, timeoutMs: null },
    cache: { ttlS: null, key: null, perUser: false },
    tests: [],
    inputSchema: { type: 'object', properties: {} },
    outputSchema: null,
    parseInput: (given) => given,
    parseOutput: (raw) => raw,
    ...overrides,
  };
}
