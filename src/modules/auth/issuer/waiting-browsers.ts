import { BrowserCookies, cookieOf } from '../browser-cookies.js';
import { INTERACTION_S } from './token-lifetimes.js';

const ID = /^[\w-]{1,64}$/;

/**
 * Which browser began an authorization request, from `/authorize` to the redirect with the code. By cookies of this
 * server's own: those of oidc-provider could be set by any host of the same domain, so that a user's approval and
 * sign-in would answer the request of somebody else, who then takes the code.
 */
export class WaitingBrowsers {
  readonly #cookies: BrowserCookies;

  constructor(issuer: string) {
    this.#cookies = new BrowserCookies(issuer);
  }

  /** `Set-Cookie` for the browser that began the request. */
  keep(uid: string): string {
    return this.#cookies.keep(nameOf(uid), '1', INTERACTION_S);
  }

  /** `Set-Cookie` when the request is answered. */
  drop(uid: string): string {
    return this.#cookies.drop(nameOf(uid));
  }

  /** @param cookies the browser's `Cookie` header */
  isOf(cookies: string | undefined, uid: string): boolean {
    return ID.test(uid) && this.#cookies.read(cookies, nameOf(uid)) !== null;
  }
}

/** Each request has its own, so that two can wait; short, because a page may make a browser collect many. */
function nameOf(uid: string): string {
  return cookieOf('mxcp_wait', uid);
}
