import { describe, expect, it } from 'vitest';
import { anonymous, unidentified, type Principal } from '../../../../src/common/domain/principal.js';
import { Secret } from '../../../../src/common/domain/secret.js';
import {
  RequestState,
  contentDigest,
  type StateBinding,
} from '../../../../src/modules/mcp/channel/request-state.js';
import { FakeClock } from '../../../fakes/fake-clock.js';

const ada: Principal = { ...anonymous, provider: 'keycloak', userId: 'ada' };
const binding: StateBinding = {
  principal: ada,
  method: 'tools/call',
  target: 'transfer',
  arguments: { amount: 5, to: { iban: 'x', name: 'y' } },
};
const refusal = { code: 'INPUT_INVALID', message: 'Invalid or expired requestState; call again without it' };

function states(key: string | null = 'k'.repeat(32), clock = new FakeClock()): RequestState {
  return new RequestState(key === null ? null : new Secret(key), clock);
}

describe('RequestState', () => {
  it('opens what it sealed, digits included, whatever the order of the arguments', () => {
    const sealed = states().seal({ known: { n: 9007199254740993n } }, binding);
    const same = { ...binding, arguments: { to: { name: 'y', iban: 'x' }, amount: 5 } };

    expect(states().open(sealed, same)).toEqual({ known: { n: 9007199254740993n } });
  });

  it('hides what it holds, and never seals twice to the same text', () => {
    const [one, two] = [states().seal('secret answer', binding), states().seal('secret answer', binding)];

    expect(Buffer.from(one, 'base64url').toString('latin1')).not.toContain('secret');
    expect(one).not.toBe(two);
  });

  it.each<[string, Partial<StateBinding>]>([
    ['another user', { principal: { ...ada, userId: 'bob' } }],
    ['the same id from another provider', { principal: { ...ada, provider: 'github' } }],
    ['nobody', { principal: unidentified }],
    ['another method', { method: 'prompts/get' }],
    ['another endpoint', { target: 'delete' }],
    ['other arguments', { arguments: { amount: 6, to: { iban: 'x', name: 'y' } } }],
  ])('does not open for %s', (_who, other) => {
    const sealed = states().seal({}, binding);

    expect(() => states().open(sealed, { ...binding, ...other })).toThrow(expect.objectContaining(refusal));
  });

  it('does not open when any character was changed, added or left out', () => {
    const sealed = states().seal({ a: 1 }, binding);
    const changed = Array.from(sealed, (character, index) => {
      const other = character === 'A' ? 'B' : 'A';
      return sealed.slice(0, index) + other + sealed.slice(index + 1);
    });

    for (const text of [...changed, `${sealed}-TAMPERED`, `${sealed}=`, sealed.slice(1), '', 'AAAA']) {
      expect(() => states().open(text, binding), text).toThrow(expect.objectContaining(refusal));
    }
  });

  it('opens for ten minutes', () => {
    const clock = new FakeClock();
    const sealed = states(undefined, clock).seal({}, binding);

    clock.advance(10 * 60_000);
    expect(states(undefined, clock).open(sealed, binding)).toEqual({});
    clock.advance(1);
    expect(() => states(undefined, clock).open(sealed, binding)).toThrow(expect.objectContaining(refusal));
  });

  it('opens with the same key only; without one every process has its own', () => {
    const sealed = states().seal({}, binding);
    const own = states(null);

    expect(() => states('x'.repeat(32)).open(sealed, binding)).toThrow(expect.objectContaining(refusal));
    expect(own.open(own.seal({}, binding), binding)).toEqual({});
    expect(() => states(null).open(own.seal({}, binding), binding)).toThrow(expect.objectContaining(refusal));
  });
});

describe('contentDigest', () => {
  it('is the same for the same content, and only then', () => {
    expect(contentDigest({ a: 1, b: [{ c: 2, d: null }] })).toBe(
      contentDigest({ b: [{ d: null, c: 2 }], a: 1 }),
    );
    expect(contentDigest({ a: 1 })).not.toBe(contentDigest({ a: '1' }));
    expect(contentDigest({ a: 1 })).not.toBe(contentDigest([['a', 1]]));
  });
});
