import { describe, expect, it } from 'vitest';
import { LoginAttempts } from '../../../../src/modules/auth/login/login-attempts.js';
import { FakeClock } from '../../../fakes/fake-clock.js';
import { MemoryTokenStore } from '../../../fakes/memory-token-store.js';
import { aPendingLogin } from '../../../fakes/waiting-logins.js';

const callback = 'https://mxcp.test/callback';

function someAttempts() {
  const clock = new FakeClock();
  const store = new MemoryTokenStore(clock);
  return { clock, store, attempts: new LoginAttempts(store, clock, callback) };
}

describe('A login attempt', () => {
  it('comes back whole, on another replica too', async () => {
    const { attempts, store, clock } = someAttempts();
    const { attempt, browserSecret } = await attempts.open(aPendingLogin());

    const returned = await new LoginAttempts(store, clock, callback).take(attempt.state, browserSecret);

    expect(returned).toEqual({ attempt, uid: 'login-1', clientId: 'client-1' });
  });

  it('is taken once', async () => {
    const { attempts } = someAttempts();
    const { attempt, browserSecret } = await attempts.open(aPendingLogin());

    const taken = await Promise.all([1, 2, 3].map(() => attempts.take(attempt.state, browserSecret)));

    expect(taken.filter((each) => each !== null)).toHaveLength(1);
    expect(await attempts.take(attempt.state, browserSecret)).toBeNull();
  });

  it('is not used up by those who do not know its secret', async () => {
    const { attempts } = someAttempts();
    const { attempt, browserSecret } = await attempts.open(aPendingLogin());

    for (const secret of [null, '', 'x', attempt.state, attempt.codeVerifier]) {
      expect(await attempts.take(attempt.state, secret)).toBeNull();
    }
    expect(await attempts.take(attempt.state, browserSecret)).not.toBeNull();
  });

  it('waits for five minutes', async () => {
    const { attempts, clock } = someAttempts();
    const { attempt, browserSecret } = await attempts.open(aPendingLogin());
    const late = await attempts.open(aPendingLogin());

    clock.advance(299_999);
    expect(await attempts.take(attempt.state, browserSecret)).not.toBeNull();
    clock.advance(1);
    expect(await attempts.take(late.attempt.state, late.browserSecret)).toBeNull();
  });

  it('keeps the secret of its browser out of the store', async () => {
    const { attempts, store } = someAttempts();
    const { attempt, browserSecret } = await attempts.open(aPendingLogin());

    expect(JSON.stringify(await store.find('LoginState', attempt.state))).not.toContain(browserSecret);
  });

  it('has a cookie name that does not tell its state', async () => {
    const { attempts } = someAttempts();
    const { attempt } = await attempts.open(aPendingLogin());

    expect(LoginAttempts.cookieOf(attempt.state)).toMatch(/^mxcp_login_[0-9a-f]{16}$/);
    expect(LoginAttempts.cookieOf('a')).not.toBe(LoginAttempts.cookieOf('b'));
  });

  it('is none when the store has something else in its place', async () => {
    const { attempts, store, clock } = someAttempts();
    const { attempt, browserSecret } = await attempts.open(aPendingLogin());
    const record = await store.find('LoginState', attempt.state);
    await store.put(
      'LoginState',
      attempt.state,
      { ...record, nonce: 7 },
      new Date(clock.now().getTime() + 1000),
    );

    expect(await attempts.take(attempt.state, browserSecret)).toBeNull();
  });
});
