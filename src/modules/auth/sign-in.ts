import type { UpstreamIdentity } from '../../common/ports/identity-provider.js';

/** An authorization request that waits until its user has signed in. */
export interface PendingLogin {
  readonly uid: string;
  readonly clientId: string;
  readonly clientName: string;
  /** The operator registered it: no consent needed. */
  readonly isStatic: boolean;
  readonly isMetadataDocument: boolean;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
}

/** What the pages of a login need from the authorization server. */
export abstract class PendingLogins {
  /**
   * The authorization request that waits for the user of this browser; null when it expired or is another
   * browser's.
   * @param cookies the browser's `Cookie` header
   */
  abstract ofBrowser(cookies: string | undefined, uid: string): Promise<PendingLogin | null>;

  /** Ends the wait: where to send the browser, null when nothing waits any more. The grant is created with this id. */
  abstract approve(uid: string, grantId: string, accountId: string): Promise<URL | null>;

  /** The client gets `error` (RFC 6749 §4.1.2.1). */
  abstract refuse(uid: string, error: string, description: string): Promise<URL | null>;
}

/** A user's sign-in at the identity provider, for as long as a grant lives. */
export interface UpstreamSession {
  readonly grantId: string;
  readonly identity: UpstreamIdentity;
  readonly startedAt: Date;
}

/** Upstream sessions, by grant. */
export abstract class UpstreamSessions {
  abstract find(grantId: string): Promise<UpstreamSession | null>;

  /** Fresh upstream tokens and user; @throws ProviderRefusedError, ProviderUnavailableError */
  abstract renew(grantId: string): Promise<UpstreamSession>;

  /**
   * As find, refreshing the provider's token when it expires within 60 s (single flight, also across replicas);
   * never throws for the provider's faults.
   */
  abstract fresh(grantId: string): Promise<UpstreamSession | null>;

  abstract end(grantId: string): Promise<void>;
}
