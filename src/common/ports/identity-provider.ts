import type { JsonObject } from '../domain/json.js';
import type { Secret } from '../domain/secret.js';

/** One sign-in of a user at the provider; what must be the same when it begins and when it completes. */
export interface LoginAttempt {
  readonly state: string;
  /** Of the server's own PKCE leg (RFC 7636). */
  readonly codeVerifier: string;
  /** Comes back in the ID token of OpenID providers. */
  readonly nonce: string;
  /** The server's callback URL. */
  readonly redirectUri: string;
}

export interface UpstreamTokens {
  readonly accessToken: Secret;
  readonly refreshToken: Secret | null;
  /** Null when the provider does not say. */
  readonly expiresAt: Date | null;
  /** Granted by the provider; what was asked for when it does not say. */
  readonly scopes: readonly string[];
}

/** Who signed in, and the provider's tokens for them (auth.md §6). */
export interface UpstreamIdentity {
  readonly userId: string;
  readonly username: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly avatarUrl: string | null;
  /** Claims of the tokens and the user info, merged; with `scope` when the provider sent no such claim. */
  readonly profile: JsonObject;
  readonly tokens: UpstreamTokens;
}

/** Where users sign in. */
export abstract class IdentityProvider {
  /** What `Principal.provider` says. */
  abstract readonly name: string;
  /** What the provider is asked for, for the consent page. */
  abstract readonly scopes: readonly string[];

  /** Where to send the browser. @throws ProviderUnavailableError */
  abstract begin(login: LoginAttempt): Promise<URL>;

  /**
   * Redeems the code that the browser brought back.
   * @param callback the callback URL with the provider's parameters
   * @throws ProviderRefusedError, ProviderUnavailableError
   */
  abstract complete(login: LoginAttempt, callback: URL): Promise<UpstreamIdentity>;

  /** New tokens, and the user as they are now. @throws ProviderRefusedError, ProviderUnavailableError */
  abstract refresh(identity: UpstreamIdentity): Promise<UpstreamIdentity>;

  /** Takes the tokens back where the provider can; failures are nobody's concern. */
  abstract revoke(tokens: UpstreamTokens): Promise<void>;
}
