import { describe, expect, it } from 'vitest';
import { KeyRing } from '../../../../src/modules/auth/stores/key-ring.js';

const first = Buffer.alloc(32, 1);
const second = Buffer.alloc(32, 2);

describe('KeyRing', () => {
  it('derives the same subkeys from the same keys, in their order', () => {
    const [ofFirst] = new KeyRing([first]).subkeys('cookies');
    const [ofSecond] = new KeyRing([second]).subkeys('cookies');

    expect(new KeyRing([first, second]).subkeys('cookies')).toEqual([ofFirst, ofSecond]);
    expect(new KeyRing([second, first]).subkeys('cookies')).toEqual([ofSecond, ofFirst]);
    expect(ofFirst).toHaveLength(32);
  });

  it('derives others for another purpose, and none that is the key itself', () => {
    const ring = new KeyRing([first]);

    expect(ring.subkeys('cookies')).not.toEqual(ring.subkeys('states'));
    expect(ring.subkeys('cookies')).not.toEqual([first]);
  });

  it('goes on deriving what it always did: replicas of two versions share cookies', () => {
    expect(new KeyRing([first]).subkeys('cookies')[0].toString('hex')).toBe(
      'e618fd5843f38c657fbdf92d7dd2cc82d0c8f8cbddf300e2d2f7106363265ef8',
    );
  });
});
