import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { JsonObject } from '../../../common/domain/json.js';
import type { Clock } from '../../../common/ports/clock.js';
import type { LoginAttempt } from '../../../common/ports/identity-provider.js';
import type { TokenStore } from '../../../common/ports/token-store.js';
import { cookieOf } from '../browser-cookies.js';
import type { PendingLogin } from '../sign-in.js';

/** A sign-in that has begun, and the secret by which its browser is known again. */
export interface OpenedAttempt {
  readonly attempt: LoginAttempt;
  readonly browserSecret: string;
}

/** A sign-in whose browser has come back. */
export interface ReturnedAttempt {
  readonly attempt: LoginAttempt;
  /** Of the authorization request that waits. */
  readonly uid: string;
  readonly clientId: string;
}

const KIND = 'LoginState';
const LIFETIME_S = 300;

/** What is remembered while the user is at the identity provider: for five minutes, for one browser, once. */
export class LoginAttempts {
  static readonly lifetimeS = LIFETIME_S;

  /** @param redirectUri the callback URL */
  constructor(
    private readonly store: TokenStore,
    private readonly clock: Clock,
    private readonly redirectUri: string,
  ) {}

  /** The name of the cookie with the browser's secret; each attempt has its own, so that two can be under way. */
  static cookieOf(state: string): string {
    return cookieOf('mxcp_login', state);
  }

  /** @throws TokenStoreUnavailableError */
  async open(login: PendingLogin): Promise<OpenedAttempt> {
    const attempt = {
      state: randomText(),
      codeVerifier: randomText(),
      nonce: randomText(),
      redirectUri: this.redirectUri,
    };
    const browserSecret = randomText();
    const { codeVerifier, nonce } = attempt;
    const record = {
      // not `uid`, by which the store would index it
      interaction: login.uid,
      clientId: login.clientId,
      codeVerifier,
      nonce,
      browser: digestOf(browserSecret).toString('base64url'),
    };
    const expiresAt = new Date(this.clock.now().getTime() + LIFETIME_S * 1000);
    await this.store.put(KIND, attempt.state, record, expiresAt);
    return { attempt, browserSecret };
  }

  /**
   * The attempt of this state, which is used up from then on; null when there is none, or it is another browser's,
   * which may not use it up either.
   * @throws TokenStoreUnavailableError
   */
  async take(state: string, browserSecret: string | null): Promise<ReturnedAttempt | null> {
    if (browserSecret === null) return null;
    const record = await this.store.find(KIND, state);
    if (record === null || !isBrowsers(record, browserSecret)) return null;
    const { interaction: uid, clientId, codeVerifier, nonce } = record;
    if (typeof uid !== 'string' || typeof clientId !== 'string') return null;
    if (typeof codeVerifier !== 'string' || typeof nonce !== 'string') return null;
    if (!(await this.store.consume(KIND, state))) return null;
    return { attempt: { state, codeVerifier, nonce, redirectUri: this.redirectUri }, uid, clientId };
  }
}

function isBrowsers(record: JsonObject, secret: string): boolean {
  const { browser } = record;
  if (typeof browser !== 'string') return false;
  const expected = Buffer.from(browser, 'base64url');
  const given = digestOf(secret);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function digestOf(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}

/** 43 characters that nobody guesses; also fit as a PKCE verifier. */
function randomText(): string {
  return randomBytes(32).toString('base64url');
}
