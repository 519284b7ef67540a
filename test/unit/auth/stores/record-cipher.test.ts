import { describe, expect, it } from 'vitest';
import { KeyRing } from '../../../../src/modules/auth/stores/key-ring.js';
import { RecordCipher } from '../../../../src/modules/auth/stores/record-cipher.js';
import { recordName } from '../../../../src/modules/auth/stores/record-name.js';

const oldKey = Buffer.alloc(32, 1);
const newKey = Buffer.alloc(32, 2);
const cipherOf = (...keys: [Buffer, ...Buffer[]]): RecordCipher => new RecordCipher(new KeyRing(keys));
const name = recordName('Session', 'an-id');
const payload = { email: 'ada@example.com', exp: 1_900_000_000, big: 2n ** 60n, none: null };

describe('RecordCipher', () => {
  it('opens what it sealed, with every digit', () => {
    const cipher = cipherOf(newKey);

    expect(cipher.open(name, cipher.seal(name, payload))).toEqual(payload);
  });

  it('opens what a former key sealed and seals with the current one', () => {
    const former = cipherOf(oldKey).seal(name, payload);
    const cipher = cipherOf(newKey, oldKey);

    expect(cipher.open(name, former)).toEqual(payload);
    expect(cipherOf(newKey).open(name, cipher.seal(name, payload))).toEqual(payload);
    expect(cipherOf(oldKey).open(name, cipher.seal(name, payload))).toBeNull();
  });

  it('tells by the first bytes which key sealed a payload', () => {
    const cipher = cipherOf(newKey, oldKey);
    const { length } = cipher.currentPrefix;

    expect(cipher.seal(name, {}).subarray(0, length)).toEqual(cipher.currentPrefix);
    expect(cipherOf(oldKey).seal(name, {}).subarray(0, length)).not.toEqual(cipher.currentPrefix);
  });

  it('never writes the same twice', () => {
    const cipher = cipherOf(newKey);

    expect(cipher.seal(name, payload)).not.toEqual(cipher.seal(name, payload));
  });

  it.each([
    ['another id', recordName('Session', 'another-id')],
    ['another kind', recordName('AccessToken', 'an-id')],
  ])('does not open under %s', (_what, other) => {
    const cipher = cipherOf(newKey);

    expect(cipher.open(other, cipher.seal(name, payload))).toBeNull();
  });

  it('does not open when any byte was changed or the end is missing', () => {
    const cipher = cipherOf(newKey);
    const sealed = cipher.seal(name, { a: 1 });

    for (const index of sealed.keys()) {
      const changed = Buffer.from(sealed);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(cipher.open(name, changed)).toBeNull();
      expect(cipher.open(name, sealed.subarray(0, index))).toBeNull();
    }
  });
});
