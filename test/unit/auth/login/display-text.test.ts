import { describe, expect, it } from 'vitest';
import { descriptionText, displayText } from '../../../../src/modules/auth/login/display-text.js';

describe('displayText', () => {
  it.each([
    ['Bank\u202eknaB', 'BankknaB'],
    ['\u2066Bank\u2069', 'Bank'],
    ['Ba\u200bnk\ufeff', 'Bank'],
    ['Bank\r\n\tof\u00a0\u2028Ada\u0000', 'Bank of Ada'],
    ['B\u0301\u0301\u0301\u0301\u0301\u0301ank', 'B\u0301\u0301ank'],
    ['Büro für Ämter 書類', 'Büro für Ämter 書類'],
    ['\u3164\uffa0', ''],
  ])('makes one plain line of %j', (given, shown) => {
    expect(displayText(given)).toBe(shown);
  });

  it('shortens what is long, between characters', () => {
    expect(displayText('😀'.repeat(81))).toBe(`${'😀'.repeat(79)}…`);
    expect(displayText('😀'.repeat(80))).toBe('😀'.repeat(80));
    expect(displayText('abcdef', 4)).toBe('abc…');
  });
});

describe('descriptionText', () => {
  it.each([
    ['Zugriff für Änderungen verweigert', 'Zugriff fur Anderungen verweigert'],
    ['a\r\nLocation: https://evil.test', 'a Location: https://evil.test'],
    ['say "no" \\ now', 'say no now'],
    ['書類', ''],
  ])('writes %j as RFC 6749 allows it', (given, written) => {
    expect(descriptionText(given)).toBe(written);
  });

  it('is short', () => {
    expect(descriptionText('x'.repeat(1000))).toHaveLength(200);
  });
});
