import { describe, expect, it } from 'vitest';
import { parseMessage } from '../../../src/modules/mcp/json-message.js';

describe('parseMessage', () => {
  it('keeps every digit of an integer beyond 2^53', () => {
    expect(parseMessage('{"n":18446744073709551615}')).toEqual({
      ok: true,
      value: { n: 18446744073709551615n },
    });
  });

  it('takes 64 levels of nesting and refuses 65', () => {
    expect(parseMessage('['.repeat(64) + ']'.repeat(64))).toMatchObject({ ok: true });
    expect(parseMessage('['.repeat(65) + ']'.repeat(65))).toEqual({
      ok: false,
      refusal: { code: -32600, message: 'Invalid Request: nested deeper than 64 levels' },
    });
  });

  it('does not count brackets inside strings', () => {
    expect(parseMessage(`{"s":"${'['.repeat(100)}\\"${'{'.repeat(100)}"}`)).toMatchObject({ ok: true });
  });

  it('answers text that is not JSON with -32700', () => {
    expect(parseMessage('{"a":')).toEqual({
      ok: false,
      refusal: { code: -32700, message: 'Parse error: the message is not valid JSON' },
    });
  });

  it.each(['{"__proto__":{}}', '{"a":[{"\\u005f_proto__":1}]}', '{"constructor":{"prototype":{}}}'])(
    'refuses the prototype key in %s',
    (text) => {
      expect(parseMessage(text)).toMatchObject({ ok: false, refusal: { code: -32600 } });
    },
  );

  it('takes an argument that merely is called constructor, or mentions a prototype', () => {
    expect(parseMessage('{"constructor":"x","s":"__proto__"}')).toMatchObject({ ok: true });
  });
});
