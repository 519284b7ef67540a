import { describe, expect, it } from 'vitest';
import { principalOf } from '../../../../src/modules/auth/issuer/principal-of.js';
import { anIdentity } from '../../../fakes/scripted-provider.js';

const now = new Date('2026-03-02T09:00:00Z');
const session = (expiresAt: Date | null) => ({
  grantId: 'g',
  startedAt: now,
  identity: anIdentity({}, { expiresAt }),
});

describe('principalOf', () => {
  it('is the user at the provider, with the scopes of the token', () => {
    const principal = principalOf(session(null), ['sales'], 'desk', 'acme', now);

    expect(principal).toMatchObject({
      provider: 'acme',
      userId: 'u-ada',
      username: 'ada',
      email: 'ada@acme.test',
      name: 'Ada Lovelace',
      avatarUrl: null,
      profile: { sub: 'u-ada', email_verified: true },
      capabilities: [],
      scopes: ['sales'],
    });
    expect(principal.externalToken?.reveal()).toBe('upstream-access-0');
    expect(JSON.stringify(principal)).not.toContain('upstream-access-0');
  });

  it('has no external token once it has expired', () => {
    const later = new Date(now.getTime() + 1);

    expect(principalOf(session(later), [], 'desk', 'acme', now).externalToken).not.toBeNull();
    expect(principalOf(session(now), [], 'desk', 'acme', now).externalToken).toBeNull();
  });
});
