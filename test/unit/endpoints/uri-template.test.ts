import { describe, expect, it } from 'vitest';
import { normalisedUri, UriTemplate } from '../../../src/modules/endpoints/uri-template.js';

function match(template: string, uri: string): Record<string, string> | null {
  const found = new UriTemplate(template).match(uri);
  return found === null ? null : Object.fromEntries(found);
}

describe('UriTemplate', () => {
  it('fills placeholders, each with one or more characters other than a slash', () => {
    expect(match('fleet://vehicle/{vin}', 'fleet://vehicle/WZ1')).toEqual({ vin: 'WZ1' });
    expect(match('x://{a}/{b}/end', 'x://1/2/end')).toEqual({ a: '1', b: '2' });
    expect(match('fleet://vehicle/{vin}', 'fleet://vehicle/')).toBeNull();
    expect(match('fleet://vehicle/{vin}', 'fleet://vehicle/a/b')).toBeNull();
    expect(match('fleet://vehicle/{vin}', 'fleet://vehicle')).toBeNull();
  });

  it('is anchored at both ends', () => {
    expect(match('x://{a}.json', 'x://1.json.bak')).toBeNull();
    expect(match('x://{a}', 'yx://1')).toBeNull();
  });

  it('takes all other text literally', () => {
    expect(match('x://v1.0/{a}', 'x://v1x0/1')).toBeNull();
    expect(match('x://find?q={q}', 'x://find?q=tea')).toEqual({ q: 'tea' });
    expect(match('x://a*b(c)+[d]^$|/{a}', 'x://a*b(c)+[d]^$|/1')).toEqual({ a: '1' });
  });

  it('gives earlier placeholders of a segment as much as they can have', () => {
    expect(match('x://{a}-{b}', 'x://x-y-z')).toEqual({ a: 'x-y', b: 'z' });
    expect(match('x://{y}-{m}-{d}', 'x://2024-01-31')).toEqual({ y: '2024', m: '01', d: '31' });
    expect(match('x://{a}{b}', 'x://abc')).toEqual({ a: 'ab', b: 'c' });
    expect(match('x://{a}{b}', 'x://a')).toBeNull();
    expect(match('x://{a}-{b}', 'x://--')).toBeNull();
    expect(match('x://{a}-{b}', 'x://---')).toEqual({ a: '-', b: '-' });
    expect(match('x://{a}aa{b}', 'x://aaaa')).toEqual({ a: 'a', b: 'a' });
    expect(match('x://{a}aa{b}', 'x://aaa')).toBeNull();
    expect(match('x://pre-{a}', 'x://pre-')).toBeNull();
    expect(match('x://pre-{a}-pre-{b}', 'x://pre-1-pre-2')).toEqual({ a: '1', b: '2' });
  });

  it('agrees with a greedy regular expression on every short text', () => {
    const template = new UriTemplate('{a}-{b}.{c}');
    const pattern = /^([^/]+)-([^/]+)\.([^/]+)$/;
    const letters = ['x', '-', '.'];
    let texts = [''];
    for (let length = 0; length < 8; length += 1) {
      texts = texts.flatMap((text) => letters.map((letter) => text + letter));
      for (const text of texts) {
        const found = template.match(text);
        expect(found === null ? null : [...found.values()]).toEqual(pattern.exec(text)?.slice(1) ?? null);
      }
    }
  });

  it('percent-decodes values; a stray percent sign stands for itself', () => {
    expect(match('x://{a}', 'x://a%20b%2Fc%C3%A9')).toEqual({ a: 'a b/cé' });
    expect(match('x://{a}', 'x://100%')).toEqual({ a: '100%' });
  });

  it('lets {+name} span slashes', () => {
    expect(match('file:///{+path}', 'file:///a/b/c.txt')).toEqual({ path: 'a/b/c.txt' });
    expect(match('file:///{+path}', 'file:///a')).toEqual({ path: 'a' });
    expect(match('file:///{+path}', 'file:///')).toBeNull();
    expect(match('x://{bucket}/{+key}/{version}', 'x://b/k/l/m/3')).toEqual({
      bucket: 'b',
      key: 'k/l/m',
      version: '3',
    });
    expect(match('x://raw-{+key}.txt', 'x://raw-a/b.txt')).toEqual({ key: 'a/b' });
    expect(match('x://{a}/{+key}/{b}', 'x://1/2')).toBeNull();
  });

  it('needs equal values where a name stands twice', () => {
    expect(match('x://{a}/{a}', 'x://1/1')).toEqual({ a: '1' });
    expect(match('x://{a}/{a}', 'x://1/2')).toBeNull();
  });

  it('names what it cannot do', () => {
    expect(new UriTemplate('x://{a}/{+b}').problem).toBeNull();
    expect(new UriTemplate('x://{+a}/{+b}').problem).toBe(
      "Only one {+name} may stand in uri 'x://{+a}/{+b}', with no other placeholder in its segment",
    );
    expect(new UriTemplate('x://{a}{+b}').problem).not.toBeNull();
  });

  it('tells static URIs from templates', () => {
    expect(new UriTemplate('x://all').isStatic).toBe(true);
    expect(new UriTemplate('x://{a}/{+b}/{a}').names).toEqual(['a', 'b']);
  });

  it('stays fast on a long URI made to go back and forth', () => {
    const hostile = `x://${'-'.repeat(200_000)}/`;
    const start = performance.now();
    expect(match('x://{a}-{b}-{c}-{d}', hostile)).toBeNull();
    expect(match('x://{a}-{b}-{c}-{d}!', hostile.slice(0, -1))).toBeNull();
    expect(performance.now() - start).toBeLessThan(500);
  });
});

describe('normalisedUri', () => {
  it('lower-cases scheme and host of HTTP-like URIs and gives them a path', () => {
    expect(normalisedUri('HTTPS://Example.COM')).toBe('https://example.com/');
    expect(normalisedUri('http://Example.com/Path?Q')).toBe('http://example.com/Path?Q');
    expect(normalisedUri('http://a?q=1')).toBe('http://a/?q=1');
    expect(normalisedUri('Fleet://Vehicle')).toBe('Fleet://Vehicle');
  });
});
