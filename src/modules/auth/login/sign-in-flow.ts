import type { IdentityProvider } from '../../../common/ports/identity-provider.js';
import type { Log } from '../../../common/ports/log.js';
import type { AuthJournal, Visitor } from '../auth-journal.js';
import type { PendingLogin, PendingLogins } from '../sign-in.js';
import type { LoginAttempts, OpenedAttempt, ReturnedAttempt } from './login-attempts.js';
import { failureOfAnswer, failureOfError, type LoginFailure } from './login-failure.js';
import type { StoredUpstreamSessions } from './stored-upstream-sessions.js';

/** Where to send the browser; null: nothing waits for it any more. */
export type Destination = URL | null;

/** A login as far as failures need to know it. */
type LoginRef = Pick<PendingLogin, 'uid' | 'clientId'>;

/**
 * A sign-in from the user's approval to the answer for the client. Whatever fails at the provider, the client is
 * told; only what nobody can be told is thrown.
 */
export class SignInFlow {
  constructor(
    private readonly pending: PendingLogins,
    private readonly provider: IdentityProvider,
    private readonly sessions: StoredUpstreamSessions,
    private readonly attempts: LoginAttempts,
    private readonly journal: AuthJournal,
    private readonly log: Log,
  ) {}

  /** The user approved: to the identity provider. The attempt is null when the provider cannot be asked. */
  async begin(
    login: PendingLogin,
    visitor: Visitor,
  ): Promise<{ readonly to: Destination; readonly opened: OpenedAttempt | null }> {
    const opened = await this.attempts.open(login);
    try {
      return { to: await this.provider.begin(opened.attempt), opened };
    } catch (error) {
      return { to: await this.#fail(login, error, visitor), opened: null };
    }
  }

  /** The user did not approve. */
  async deny(login: PendingLogin, visitor: Visitor): Promise<Destination> {
    return this.#refuse(login, { error: 'access_denied', description: 'The user did not approve' }, visitor);
  }

  /** @param callback the callback URL as the provider had the browser open it, with `code` or `error` */
  async finish(returned: ReturnedAttempt, callback: URL, visitor: Visitor): Promise<Destination> {
    const error = callback.searchParams.get('error');
    if (error !== null) {
      const failure = failureOfAnswer(error, callback.searchParams.get('error_description'));
      return this.#refuse(returned, failure, visitor);
    }
    try {
      return await this.#complete(returned, callback, visitor);
    } catch (failure) {
      return this.#fail(returned, failure, visitor);
    }
  }

  async #complete(returned: ReturnedAttempt, callback: URL, visitor: Visitor): Promise<Destination> {
    const identity = await this.provider.complete(returned.attempt, callback);
    const { userId } = identity;
    const { grantId } = await this.sessions.start(identity);
    const { clientId } = returned;
    // before the client gets anything: without a record nobody is let in
    await this.journal.record({
      ...visitor,
      type: 'auth.authorize',
      status: 'success',
      reason: null,
      userId,
      clientId,
    });
    const to = await this.pending.approve(returned.uid, grantId, userId);
    if (to === null) await this.sessions.end(grantId);
    return to;
  }

  async #fail(login: LoginRef, error: unknown, visitor: Visitor): Promise<Destination> {
    const known = failureOfError(error);
    const failure = known ?? {
      error: 'server_error',
      description: `Unexpected error (${visitor.correlationId})`,
    };
    const { correlationId } = visitor;
    const level = known === null ? 'error' : 'warning';
    this.log.write(level, 'auth', 'Sign-in failed', { correlationId, reason: failure.error }, error);
    return this.#refuse(login, failure, visitor);
  }

  async #refuse(login: LoginRef, failure: LoginFailure, visitor: Visitor): Promise<Destination> {
    await this.reject(login.clientId, failure.error, visitor);
    return this.pending.refuse(login.uid, failure.error, failure.description);
  }

  /** Records that somebody was not let in. They are refused all the same when it cannot be recorded. */
  async reject(clientId: string | null, reason: string, visitor: Visitor): Promise<void> {
    try {
      await this.journal.record({
        ...visitor,
        type: 'auth.authorize',
        status: 'error',
        reason,
        userId: null,
        clientId,
      });
    } catch (error) {
      const { correlationId } = visitor;
      this.log.write('error', 'auth', 'A refused sign-in was not recorded', { correlationId }, error);
    }
  }
}
