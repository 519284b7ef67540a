import { describe, expect, it } from 'vitest';
import { Signatures } from '../../../../src/modules/auth/login/signatures.js';

const [one, two] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];

describe('Signatures', () => {
  it('are verified by whoever has the key', () => {
    const signature = new Signatures([one]).sign('csrf', 'text');

    expect(new Signatures([one]).verifies('csrf', 'text', signature)).toBe(true);
    expect(new Signatures([two]).verifies('csrf', 'text', signature)).toBe(false);
  });

  it('survive a new key, which signs from then on', () => {
    const rotated = new Signatures([two, one]);

    expect(rotated.verifies('csrf', 'text', new Signatures([one]).sign('csrf', 'text'))).toBe(true);
    expect(rotated.sign('csrf', 'text')).toBe(new Signatures([two]).sign('csrf', 'text'));
  });

  it('are of one text and for one purpose', () => {
    const signatures = new Signatures([one]);
    const signature = signatures.sign('csrf', 'text');

    expect(signatures.verifies('csrf', 'texts', signature)).toBe(false);
    expect(signatures.verifies('approved', 'text', signature)).toBe(false);
  });

  it.each(['', 'x', 'A'.repeat(43), 'ä'])('are not %j', (signature) => {
    expect(new Signatures([one]).verifies('csrf', 'text', signature)).toBe(false);
  });
});
