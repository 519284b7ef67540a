import type { PendingLogin, PendingLogins } from '../../src/modules/auth/sign-in.js';

export function aPendingLogin(changes: Partial<PendingLogin> = {}): PendingLogin {
  return {
    uid: 'login-1',
    clientId: 'client-1',
    clientName: 'Notebook',
    isStatic: false,
    isMetadataDocument: false,
    redirectUri: 'https://notebook.test/done',
    scopes: [],
    ...changes,
  };
}

/** Authorization requests that wait; a browser is known by the cookie `waiting=<uid>`. */
export class WaitingLogins implements PendingLogins {
  readonly approved: { readonly uid: string; readonly grantId: string; readonly accountId: string }[] = [];
  readonly refused: { readonly uid: string; readonly error: string; readonly description: string }[] = [];
  readonly #waiting: Map<string, PendingLogin>;
  /** Thrown by every method while it is set. */
  failure: Error | null = null;

  constructor(...logins: readonly PendingLogin[]) {
    this.#waiting = new Map(logins.map((login) => [login.uid, login]));
  }

  async ofBrowser(header: string | undefined, uid: string): Promise<PendingLogin | null> {
    await this.#reached();
    const cookies = (header ?? '').split('; ');
    return cookies.includes(`waiting=${uid}`) ? (this.#waiting.get(uid) ?? null) : null;
  }

  async approve(uid: string, grantId: string, accountId: string): Promise<URL | null> {
    await this.#reached();
    if (!this.#waiting.has(uid)) return null;
    this.approved.push({ uid, grantId, accountId });
    return new URL(`https://mxcp.test/authorize/${uid}`);
  }

  async refuse(uid: string, error: string, description: string): Promise<URL | null> {
    await this.#reached();
    if (!this.#waiting.has(uid)) return null;
    this.refused.push({ uid, error, description });
    return new URL(`https://mxcp.test/authorize/${uid}?refused`);
  }

  /** It is answered, or too old. */
  forget(uid: string): void {
    this.#waiting.delete(uid);
  }

  async #reached(): Promise<void> {
    await Promise.resolve();
    if (this.failure !== null) throw this.failure;
  }
}
