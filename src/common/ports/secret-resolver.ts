import type { JsonValue } from '../domain/json.js';

/** Resolves references of one scheme: `file`, `vault`, `op`. */
export abstract class SecretResolver {
  /** The prefix it answers to, such as `vault://`. */
  abstract readonly prefix: string;

  /**
   * The value behind the reference.
   * @throws SecretUnresolvedError whose message names the reference, never the value
   */
  abstract resolve(reference: string): Promise<JsonValue>;
}
