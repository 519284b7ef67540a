import type { VerifierConfig } from '../../common/domain/app-config.js';
import type { JsonObject } from '../../common/domain/json.js';
import { UnauthenticatedError } from '../../common/errors/auth-errors.js';
import type { Clock } from '../../common/ports/clock.js';
import type { Log } from '../../common/ports/log.js';
import type { TokenVerifier, VerifiedToken } from '../../common/ports/token-verifier.js';
import type { ResourceIdentifiers } from './resource-identifiers.js';
import { claimsOfJwt, isSignedJwt, refusedClaim } from './verifier/access-token-jwt.js';
import { SparingHttp } from './verifier/sparing-http.js';
import { providerMetadata, type ProviderMetadata } from './verifier/provider-metadata.js';
import type { RefreshedValue } from './verifier/refreshed-value.js';
import { SigningKeys } from './verifier/signing-keys.js';
import { RefusedTokens } from './verifier/refused-tokens.js';
import { checkKind, checkValidity, isForUs, principalOf } from './verifier/token-claims.js';
import { TokenQuestions } from './verifier/token-questions.js';

/** Longest that an answer may be kept. */
const KEPT_MS = 60_000;

/**
 * Checks access tokens that clients bring from an OpenID provider (auth.md §9.2): a signed JWT by its signature and by
 * nothing else, any other token by introspection, or by the user info endpoint where the operator allows it.
 */
export class OpenIdTokenVerifier implements TokenVerifier {
  readonly #http: SparingHttp;
  readonly #metadata: RefreshedValue<ProviderMetadata>;
  readonly #questions: TokenQuestions;
  readonly #refused: RefusedTokens;
  #keys: SigningKeys | null = null;

  /** @param resource null when nobody said under which URL the server is reached */
  constructor(
    private readonly config: VerifierConfig,
    private readonly resource: ResourceIdentifiers | null,
    private readonly clock: Clock,
    log: Log,
  ) {
    this.#http = new SparingHttp(clock, log);
    this.#metadata = providerMetadata(config.configUrl, this.#http, clock);
    this.#questions = new TokenQuestions(config, this.#http);
    this.#refused = new RefusedTokens(config, resource, clock, log);
  }

  /** The provider's issuer identifier. @throws ProviderUnavailableError */
  async issuer(): Promise<string> {
    return (await this.#metadata.get()).issuer;
  }

  async verify(token: string): Promise<VerifiedToken> {
    const metadata = await this.#metadata.get();
    const now = this.clock.now();
    const claims = await this.#claims(token, metadata, now);
    return {
      principal: principalOf(claims, this.config),
      validUntil: validUntil(claims, now),
      grantId: null,
    };
  }

  async #claims(token: string, metadata: ProviderMetadata, now: Date): Promise<JsonObject> {
    const { issuer, jwksUri, introspection, userinfoUrl } = metadata;
    if (jwksUri !== null && isSignedJwt(token)) {
      return this.#forUs(await this.#claimsOfJwt(token, jwksUri, issuer, now));
    }
    if (introspection !== null) {
      const claims = await this.#questions.introspect(token, introspection);
      checkValidity(claims, issuer, now);
      return this.#forUs(claims);
    }
    // it says nothing about whom the token is for, which is why it is not asked unless it must be
    if (this.config.allowUserinfo && userinfoUrl !== null)
      return this.#questions.userinfo(token, userinfoUrl);
    throw new UnauthenticatedError('invalid_token');
  }

  async #claimsOfJwt(token: string, jwksUri: string, issuer: string, now: Date): Promise<JsonObject> {
    try {
      return await claimsOfJwt(token, this.#keysAt(jwksUri), issuer, now);
    } catch (error) {
      const refused = refusedClaim(error);
      if (refused !== null) this.#refused.wrongClaim(refused, issuer);
      throw error;
    }
  }

  /** @throws UnauthenticatedError when they are of another token than an access token for this server */
  #forUs(claims: JsonObject): JsonObject {
    checkKind(claims);
    if (isForUs(claims, this.config, this.resource)) return claims;
    this.#refused.misdirected(claims);
    throw new UnauthenticatedError('invalid_token');
  }

  #keysAt(url: string): SigningKeys {
    if (this.#keys?.url !== url) this.#keys = new SigningKeys(url, this.#http, this.clock);
    return this.#keys;
  }
}

function validUntil({ exp }: JsonObject, now: Date): Date {
  const latest = now.getTime() + KEPT_MS;
  return new Date(typeof exp === 'number' ? Math.min(exp * 1000, latest) : latest);
}
