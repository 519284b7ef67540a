import type { Principal } from '../domain/principal.js';

/** What a valid token says. */
export interface VerifiedToken {
  /** Without capabilities, which the claim mappings in force give. */
  readonly principal: Principal;
  /** Until then the answer may be kept, unless the grant is deleted before. */
  readonly validUntil: Date;
  /** Null when the token has no grant here. */
  readonly grantId: string | null;
}

/** Tells whether a bearer token opens this server, and to whom. */
export abstract class TokenVerifier {
  /**
   * @throws UnauthenticatedError with the reason, UnavailableError when nobody can say now
   */
  abstract verify(token: string): Promise<VerifiedToken>;
}
