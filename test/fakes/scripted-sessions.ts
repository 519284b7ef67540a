import { Secret } from '../../src/common/domain/secret.js';
import type { UpstreamIdentity } from '../../src/common/ports/identity-provider.js';
import { UpstreamSessions, type UpstreamSession } from '../../src/modules/auth/sign-in.js';

/** Upstream sessions of a provider that does as it is told. */
export class ScriptedSessions extends UpstreamSessions {
  readonly sessions = new Map<string, UpstreamSession>();
  readonly renewed: string[] = [];
  readonly ended: string[] = [];
  /** Thrown by the next renewals, while it is set. */
  fault: Error | null = null;

  /** A user signs in. */
  begin(grantId: string, startedAt: Date, identity: UpstreamIdentity = anIdentity()): void {
    this.sessions.set(grantId, { grantId, identity, startedAt });
  }

  override find(grantId: string): Promise<UpstreamSession | null> {
    return Promise.resolve(this.sessions.get(grantId) ?? null);
  }

  override renew(grantId: string): Promise<UpstreamSession> {
    this.renewed.push(grantId);
    const session = this.sessions.get(grantId);
    if (this.fault !== null || session === undefined) {
      return Promise.reject(this.fault ?? new Error('renewed without a session'));
    }
    return Promise.resolve(session);
  }

  override fresh(grantId: string): Promise<UpstreamSession | null> {
    return this.find(grantId);
  }

  override end(grantId: string): Promise<void> {
    this.ended.push(grantId);
    this.sessions.delete(grantId);
    return Promise.resolve();
  }
}

export function anIdentity(tokens: Partial<UpstreamIdentity['tokens']> = {}): UpstreamIdentity {
  return {
    userId: 'u-1',
    username: 'ada',
    email: 'ada@example.test',
    name: 'Ada',
    avatarUrl: null,
    profile: { groups: ['finance'] },
    tokens: {
      accessToken: new Secret('upstream-access'),
      refreshToken: new Secret('upstream-refresh'),
      expiresAt: null,
      scopes: ['openid'],
      ...tokens,
    },
  };
}
