import type { Principal } from '../domain/principal.js';

/** Finds out who sent an HTTP request. */
export abstract class Authenticator {
  /**
   * @param headers by lower-case name
   * @throws UnauthenticatedError
   */
  abstract authenticate(
    headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  ): Promise<Principal>;
}
