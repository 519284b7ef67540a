import { describe, expect, it } from 'vitest';
import { UnauthenticatedError } from '../../../src/common/errors/auth-errors.js';
import { ActiveSessions } from '../../../src/modules/auth/active-sessions.js';
import { FakeClock } from '../../fakes/fake-clock.js';
import { ScriptedVerifier } from '../../fakes/scripted-verifier.js';

function active() {
  const verifier = new ScriptedVerifier();
  const clock = new FakeClock();
  return { verifier, clock, sessions: new ActiveSessions(verifier, clock) };
}

describe('ActiveSessions', () => {
  it('counts a grant once, however many tokens it has', async () => {
    const { verifier, sessions } = active();
    verifier.knows('first', { grantId: 'g-1' });
    verifier.knows('renewed', { grantId: 'g-1' });
    verifier.knows('other', { grantId: 'g-2' });

    for (const token of ['first', 'renewed', 'other']) await sessions.verify(token);

    expect(sessions.count()).toBe(2);
  });

  it('counts a user once for each client, where somebody else issues the tokens', async () => {
    const { verifier, sessions } = active();
    verifier.knows('desk');
    verifier.knows('desk-again');
    verifier.knows('phone', { principal: { clientId: 'phone' } });

    for (const token of ['desk', 'desk-again', 'phone']) await sessions.verify(token);

    expect(sessions.count()).toBe(2);
  });

  it('does not count whose token is refused', async () => {
    const { sessions } = active();
    await expect(sessions.verify('nobody’s')).rejects.toThrow(UnauthenticatedError);
    expect(sessions.count()).toBe(0);
  });

  it('forgets who has not been here for five minutes, and a grant that ends', async () => {
    const { verifier, clock, sessions } = active();
    verifier.knows('early', { grantId: 'g-1' });
    verifier.knows('late', { grantId: 'g-2' });
    await sessions.verify('early');
    clock.advance(4 * 60_000);
    await sessions.verify('late');
    expect(sessions.count()).toBe(2);
    clock.advance(60_000);
    expect(sessions.count()).toBe(1);
    sessions.forgetGrant('g-2');
    expect(sessions.count()).toBe(0);
  });
});
