import { describe, expect, it } from 'vitest';
import { decodeJson } from '../../../src/modules/cli/input/json-encoding.js';
import { parseJson } from '../../../src/modules/cli/input/json-input.js';
import { readHeaders, readPrincipal } from '../../../src/modules/cli/input/caller-options.js';

describe('parseJson', () => {
  it.each([
    ['{oops', "Expected property name or '}': line 1 column 2 (char 1)"],
    ['{"a":1}\n x', 'Unexpected non-whitespace character: line 2 column 2 (char 9)'],
    ['{"a": 1,\n "token": hunter2}', 'Unexpected character: line 2 column 11 (char 19)'],
    ['[1, tru', 'Unexpected end: line 1 column 8 (char 7)'],
    ['', 'Unexpected end: line 1 column 1 (char 0)'],
  ])('says where %j is wrong, and does not quote it', (text, detail) => {
    expect(() => parseJson(text, 'user context')).toThrow(
      expect.objectContaining({
        code: 'USAGE_INVALID',
        message: `Invalid value: Invalid JSON in user context: ${detail}`,
      }),
    );
  });

  it('keeps the digits of wide integers', () => {
    expect(parseJson('[9007199254740993]', 'file')).toEqual([9007199254740993n]);
  });
});

describe('decodeJson', () => {
  const text = '{"ü": "😀"}';
  const utf32 = (isLittleEndian: boolean): Uint8Array => {
    const points = Array.from(text, (character) => character.codePointAt(0) ?? 0);
    const view = new DataView(new ArrayBuffer(points.length * 4));
    for (const [index, point] of points.entries()) view.setUint32(index * 4, point, isLittleEndian);
    return new Uint8Array(view.buffer);
  };

  it.each([
    ['UTF-8', new TextEncoder().encode(text)],
    ['UTF-8 with a mark', new TextEncoder().encode('\ufeff' + text)],
    ['UTF-16LE', Buffer.from(text, 'utf16le')],
    ['UTF-16BE with a mark', Buffer.from('\ufeff' + text, 'utf16le').swap16()],
    ['UTF-16BE', Buffer.from(text, 'utf16le').swap16()],
    ['UTF-32LE', utf32(true)],
    ['UTF-32BE', utf32(false)],
  ])('reads %s', (_name, bytes) => {
    expect(decodeJson(bytes)).toBe(text);
  });
});

describe('--user-context and --request-headers', () => {
  it.each(['[1]', 'null', '"ada"'])('must be objects, not %s', async (given) => {
    await expect(readPrincipal(given, '/')).rejects.toThrow(
      'Invalid value: User context must be a JSON object',
    );
    await expect(readHeaders(given, '/')).rejects.toThrow(
      'Invalid value: Request headers must be a JSON object',
    );
  });

  it('may name files, which must exist', async () => {
    await expect(readPrincipal('@none.json', '/')).rejects.toThrow('User context file not found: none.json');
    await expect(readHeaders('@none.json', '/')).rejects.toThrow('Request headers file not found: none.json');
  });

  it('copy capabilities and keep the token secret', async () => {
    const principal = await readPrincipal('{"capabilities": ["x"], "external_token": "t0ken"}', '/');

    expect(principal.capabilities).toEqual(['x']);
    expect(principal.externalToken?.reveal()).toBe('t0ken');
    expect(JSON.stringify(principal)).not.toContain('t0ken');
  });
});
