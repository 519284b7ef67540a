import { anonymous, type Principal } from '../../src/common/domain/principal.js';
import { UnauthenticatedError } from '../../src/common/errors/auth-errors.js';
import type { TokenVerifier, VerifiedToken } from '../../src/common/ports/token-verifier.js';

/** Knows the tokens that it was told, and keeps which it was asked about. */
export class ScriptedVerifier implements TokenVerifier {
  readonly asked: string[] = [];
  readonly #known = new Map<string, VerifiedToken | Error>();

  /** From now on `token` is ann's, or what is given instead. */
  knows(
    token: string,
    what: Partial<Omit<VerifiedToken, 'principal'>> & { principal?: Partial<Principal> } = {},
  ) {
    const principal: Principal = {
      ...anonymous,
      provider: 'acme',
      userId: 'u-1',
      username: 'ann',
      clientId: 'desk',
      ...what.principal,
    };
    const validUntil = new Date(Date.UTC(2100, 0));
    this.#known.set(token, { validUntil, grantId: null, ...what, principal });
  }

  fails(token: string, error: Error): void {
    this.#known.set(token, error);
  }

  forgets(token: string): void {
    this.#known.delete(token);
  }

  async verify(token: string): Promise<VerifiedToken> {
    this.asked.push(token);
    await Promise.resolve();
    const known = this.#known.get(token) ?? new UnauthenticatedError('invalid_token');
    if (known instanceof Error) throw known;
    return known;
  }
}
