import { describe, expect, it } from 'vitest';
import { isKeyText, keyBytes } from '../../../../src/common/domain/key-text.js';

const fernetKey = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';

describe('isKeyText', () => {
  it('takes 32 bytes in URL-safe base64, padded or not', () => {
    expect(isKeyText(fernetKey)).toBe(true);
    expect(isKeyText(fernetKey.slice(0, -1))).toBe(true);
    expect(keyBytes(fernetKey)).toEqual(Buffer.from(Array.from({ length: 32 }, (_, index) => index)));
  });

  it.each(['', 'short', `${fernetKey}AAAA`, fernetKey.replace('CQo', 'C/o'), ` ${fernetKey}`])(
    'refuses %j',
    (text) => {
      expect(isKeyText(text)).toBe(false);
    },
  );
});
