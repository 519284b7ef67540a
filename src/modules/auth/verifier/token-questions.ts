import type { VerifierConfig } from '../../../common/domain/app-config.js';
import type { JsonObject } from '../../../common/domain/json.js';
import { ProviderUnavailableError, UnauthenticatedError } from '../../../common/errors/auth-errors.js';
import type { ProviderRequest } from '../provider-http.js';
import type { SparingAnswer, SparingHttp } from './sparing-http.js';
import type { IntrospectionEndpoint } from './provider-metadata.js';

/** Most questions at a time: a flood of tokens that nobody issued must not become one at the provider. */
const WIDTH = 64;

/** Asks the provider what a token is worth (RFC 7662, and its user info endpoint). */
export class TokenQuestions {
  #running = 0;

  constructor(
    private readonly config: Pick<VerifierConfig, 'clientId' | 'clientSecret'>,
    private readonly http: SparingHttp,
  ) {}

  /**
   * What the provider says about a token that is active.
   * @throws UnauthenticatedError, ProviderUnavailableError
   */
  async introspect(token: string, endpoint: IntrospectionEndpoint): Promise<JsonObject> {
    const { status, body } = await this.#ask(endpoint.url, this.#introspection(token, endpoint));
    if (status === 401 || status === 403) {
      // the token has no part in it: the provider does not want to tell this client
      throw this.http.unusable(endpoint.url, 'refuses to introspect tokens for this client');
    }
    if (status !== 200 || body?.['active'] !== true) throw new UnauthenticatedError('invalid_token');
    return body;
  }

  /**
   * The user that the provider knows by the token.
   * @throws UnauthenticatedError, ProviderUnavailableError
   */
  async userinfo(token: string, url: string): Promise<JsonObject> {
    const { status, body } = await this.#ask(url, {
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
    });
    if (status !== 200 || body === null) throw new UnauthenticatedError('invalid_token');
    return body;
  }

  async #ask(url: string, request: ProviderRequest): Promise<SparingAnswer> {
    if (this.#running >= WIDTH) throw new ProviderUnavailableError();
    this.#running += 1;
    try {
      return await this.http.ask(url, request);
    } finally {
      this.#running -= 1;
    }
  }

  #introspection(token: string, { authentication }: IntrospectionEndpoint): ProviderRequest {
    const { clientId, clientSecret } = this.config;
    const form = new URLSearchParams({ token, token_type_hint: 'access_token' });
    const headers: Record<string, string> = { accept: 'application/json' };
    if (authentication === 'client_secret_basic') {
      const pair = `${formEncoded(clientId)}:${formEncoded(clientSecret.reveal())}`;
      headers['authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`;
    } else {
      form.set('client_id', clientId);
      form.set('client_secret', clientSecret.reveal());
    }
    return { method: 'POST', headers, body: form };
  }
}

/** As RFC 6749 §2.3.1 wants both parts of Basic. */
function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}
