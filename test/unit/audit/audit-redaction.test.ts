import { describe, expect, it } from 'vitest';
import { captureForAudit, redactEvents } from '../../../src/common/domain/audit-redaction.js';
import { anEndpoint } from '../../builders/an-endpoint.js';
import { aNode, anAuditConfig, aParameter } from './audit-fixtures.js';

const full = anAuditConfig({ outputCapture: 'full' });
const secretText = aNode({ type: 'string', sensitive: true });

describe('what audit keeps of arguments', () => {
  it('replaces a sensitive parameter', () => {
    const tool = anEndpoint({ parameters: [aParameter('pin', { type: 'integer', sensitive: true })] });
    const captured = captureForAudit(tool, { pin: 1234, a: 1 }, undefined, null, full);
    expect(captured.input_data).toEqual({ pin: '[REDACTED]', a: 1 });
  });

  it('finds sensitive members at any depth, in items too', () => {
    const person = aNode({
      type: 'object',
      properties: { ssn: secretText, name: aNode({ type: 'string' }) },
    });
    const tool = anEndpoint({
      parameters: [
        aParameter('people', { type: 'array', items: person }),
        aParameter('codes', { type: 'array', items: secretText }),
        aParameter('grid', { type: 'array', items: aNode({ type: 'array', items: person }) }),
      ],
    });
    const given = {
      people: [{ ssn: 's1', name: 'n' }, { name: 'm' }],
      codes: ['c1', 'c2'],
      grid: [[{ ssn: 's2' }]],
    };
    expect(captureForAudit(tool, given, undefined, null, full).input_data).toEqual({
      people: [{ ssn: '[REDACTED]', name: 'n' }, { name: 'm' }],
      codes: ['[REDACTED]', '[REDACTED]'],
      grid: [[{ ssn: '[REDACTED]' }]],
    });
    expect(given.people[0]).toEqual({ ssn: 's1', name: 'n' });
  });

  it('replaces a value whole when sensitive members are expected below and it has another shape', () => {
    const tool = anEndpoint({
      parameters: [aParameter('person', { type: 'object', properties: { ssn: secretText } })],
    });
    const text = captureForAudit(tool, { person: '{"ssn":"1"}' }, undefined, null, full);
    const list = captureForAudit(tool, { person: [{ ssn: '1' }] }, undefined, null, full);
    expect(text.input_data).toEqual({ person: '[REDACTED]' });
    expect(list.input_data).toEqual({ person: '[REDACTED]' });
  });

  it.each([
    ['token', true],
    ['Token', true],
    ['apiKey', true],
    ['APIKEY', true],
    ['access_token', true],
    ['access-token-2', true],
    ['accessToken', true],
    ['userAPIKey', true],
    ['HTTPAuthorization', true],
    ['x-api-key', true],
    ['password1', true],
    ['key', false],
    ['tokenize', false],
    ['tokens', false],
    ['monkey', false],
    ['privatekeyboard', false],
  ])('key %s is redacted: %s', (key, isRedacted) => {
    const shown = captureForAudit(null, { deep: [{ [key]: 'v' }] }, undefined, null, full).input_data;
    expect(shown).toEqual({ deep: [{ [key]: isRedacted ? '[REDACTED]' : 'v' }] });
  });

  it('keeps a key named __proto__ an ordinary member', () => {
    const given = JSON.parse('{"__proto__": {"token": "t"}}') as Record<string, never>;
    const shown = captureForAudit(null, given, undefined, null, full).input_data;
    expect(JSON.stringify(shown)).toBe('{"__proto__":{"token":"[REDACTED]"}}');
  });

  it('replaces what is larger than max_value_bytes by size and hash of what may be shown', () => {
    const config = anAuditConfig({ maxValueBytes: 30 });
    const captured = captureForAudit(null, { text: 'x'.repeat(40) }, undefined, null, config);
    expect(captured.input_data).toEqual({
      _truncated: true,
      bytes: 51,
      sha256: 'e693b33b2257b0a01ddb45b7f25fc8b1a517e06a87f9ecf833ae6fe1e2e52a0c',
    });
  });

  it('measures bytes, not characters', () => {
    const config = anAuditConfig({ maxValueBytes: 20 });
    const fits = captureForAudit(null, { t: 'x'.repeat(12) }, undefined, null, config);
    const tooLong = captureForAudit(null, { t: 'ä'.repeat(7) }, undefined, null, config);
    expect(fits.input_data).toEqual({ t: 'xxxxxxxxxxxx' });
    expect(tooLong.input_data).toMatchObject({ _truncated: true, bytes: 22 });
  });
});

describe('what audit keeps of results', () => {
  it('keeps type, count and bytes by default', () => {
    const captured = captureForAudit(null, {}, [{ a: 'é' }, { a: 1 }], null, anAuditConfig());
    expect(captured.output_data).toEqual({ type: 'array', count: 2, bytes: 20 });
  });

  it('takes the size of the answer as sent where it is known', () => {
    const captured = captureForAudit(null, {}, 'grüße', null, anAuditConfig(), 'grüße');
    expect(captured.output_data).toEqual({ type: 'string', count: 1, bytes: 7 });
  });

  it('keeps nothing with output_capture none, and null without a result', () => {
    const none = anAuditConfig({ outputCapture: 'none' });
    expect(captureForAudit(null, {}, [1], null, none).output_data).toBeNull();
    expect(captureForAudit(null, {}, undefined, null, full).output_data).toBeNull();
  });

  it('redacts the whole result by schema and key with output_capture full', () => {
    const row = aNode({ type: 'object', properties: { ssn: secretText } });
    const tool = anEndpoint({ returns: aNode({ type: 'array', items: row }) });
    const rows = [{ ssn: '1', api_key: 'k', n: 12345678901234567890n }];
    expect(captureForAudit(tool, {}, rows, null, full).output_data).toEqual([
      { ssn: '[REDACTED]', api_key: '[REDACTED]', n: 12345678901234567890n },
    ]);
    const secret = anEndpoint({ returns: aNode({ type: 'object', sensitive: true }) });
    expect(captureForAudit(secret, {}, { a: 1 }, null, full).output_data).toBe('[REDACTED]');
  });
});

describe('what audit keeps of errors', () => {
  it('takes out redacted values longer than three characters, longest first', () => {
    const given = { token: 'abcd', secret: { inner: ['abcdef', 'abc'] }, password: 98765 };
    const captured = captureForAudit(null, given, undefined, 'abcdef, abcd, abc and 98765', anAuditConfig());
    expect(captured.error).toBe('[REDACTED], [REDACTED], abc and [REDACTED]');
  });

  it('takes out what the result kept secret, also when the result is only summarised', () => {
    const captured = captureForAudit(null, {}, { token: 'hunter2' }, 'no hunter2', anAuditConfig());
    expect(captured.error).toBe('no [REDACTED]');
  });

  it('scrubs other texts of the record, percent-encoded values too', () => {
    const { scrub } = captureForAudit(null, { token: 'a b/c' }, undefined, null, anAuditConfig());
    expect(scrub('vault://a%20b%2Fc/x')).toBe('vault://[REDACTED]/x');
  });
});

describe('SQL given by a caller', () => {
  const query = anEndpoint({ source: { kind: 'argument', sql: 'sql', values: 'params' } });
  const shown = (sql: string, config = anAuditConfig()): unknown =>
    captureForAudit(query, { sql }, undefined, null, config).input_data['sql'];

  it.each([
    [`SELECT * FROM t WHERE a = 'x''y' AND b = 1.5e3`, 'SELECT * FROM t WHERE a = ? AND b = ?'],
    [`SELECT "it's", col1, t2.x FROM t2 WHERE a = $a`, `SELECT "it's", col1, t2.x FROM t2 WHERE a = $a`],
    [`SELECT $$se'cret$$, $t$a$$b$t$ -- 'note'\nFROM t`, 'SELECT ?, ?  \nFROM t'],
    [`SELECT E'a\\'b' /* 'x' */ || x'00'`, 'SELECT ?   || ?'],
    [`SELECT 'unfinished FROM t`, 'SELECT ?'],
    [`SELECT "unfinished 'x'`, 'SELECT ?'],
    [`SELECT 1_000, -.5, x1`, 'SELECT ?, -?, x1'],
  ])('%s', (sql, expected) => {
    expect(shown(sql)).toBe(expected);
  });

  it('takes long literals out in reasonable time', () => {
    const startedMs = performance.now();
    expect(shown(`SELECT '${"x''".repeat(500_000)}', "${'y'.repeat(500_000)}`)).toBe('SELECT ?, ?');
    expect(performance.now() - startedMs).toBeLessThan(2000);
  });

  it('stays whole with output_capture full', () => {
    expect(shown(`SELECT 'x'`, full)).toBe(`SELECT 'x'`);
  });

  it('loses what the escapes of a literal stand for in the error text', () => {
    const sql = `SELECT CAST(e'p\\'a\\x41\\101\\n' AS INTEGER)`;
    const error = `Could not convert string 'p'aAA\n' to INT32`;

    expect(captureForAudit(query, { sql }, undefined, error, anAuditConfig()).error).toBe(
      `Could not convert string '[REDACTED]' to INT32`,
    );
  });

  it('loses the excerpt that an error quotes, which may hold half a literal', () => {
    const sql = `SELECT nosuch, 'first words of it and the last'`;
    const error = "Failed to execute SQL: no column nosuch\n\nLINE 1: ...nosuch, 'first words of...\n     ^";
    const errorOf = (config = anAuditConfig()) =>
      captureForAudit(query, { sql }, undefined, error, config).error;

    expect(errorOf()).toBe('Failed to execute SQL: no column nosuch');
    expect(errorOf(anAuditConfig({ outputCapture: 'full' }))).toBe(error);
  });

  it('loses its literals in the error text as well', () => {
    const sql = `SELECT * FROM t WHERE ssn = '123-45'`;
    const captured = captureForAudit(query, { sql }, undefined, `near '123-45'`, anAuditConfig());
    expect(captured.error).toBe(`near '[REDACTED]'`);
  });
});

describe('execution events', () => {
  it('lose the values of redacted keys in their details', () => {
    const event = {
      kind: 'external',
      started_at: '2026-01-01T00:00:00.000000Z',
      duration_ms: 1,
      status: 'success',
      target: null,
      operation: null,
      summary: null,
      error: null,
      details: { url: 'u', token: 't' },
    } as const;
    expect(redactEvents([event], anAuditConfig())[0]?.details).toEqual({ url: 'u', token: '[REDACTED]' });
  });
});
