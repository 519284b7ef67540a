import { AppError } from '../../../common/errors/app-error.js';
import { ProviderRefusedError } from '../../../common/errors/auth-errors.js';
import type {
  IdentityProvider,
  LoginAttempt,
  UpstreamIdentity,
  UpstreamTokens,
} from '../../../common/ports/identity-provider.js';
import type { Log } from '../../../common/ports/log.js';

/** Says in the log what a provider did not do: which step, which host, why; never tokens or persons. */
export class LoggedIdentityProvider implements IdentityProvider {
  readonly name: string;
  readonly scopes: readonly string[];

  constructor(
    private readonly provider: IdentityProvider,
    private readonly log: Log,
  ) {
    this.name = provider.name;
    this.scopes = provider.scopes;
  }

  begin(login: LoginAttempt): Promise<URL> {
    return this.#logged('begin', this.provider.begin(login));
  }

  complete(login: LoginAttempt, callback: URL): Promise<UpstreamIdentity> {
    return this.#logged('complete', this.provider.complete(login, callback));
  }

  refresh(identity: UpstreamIdentity): Promise<UpstreamIdentity> {
    return this.#logged('refresh', this.provider.refresh(identity));
  }

  async revoke(tokens: UpstreamTokens): Promise<void> {
    try {
      await this.#logged('revoke', this.provider.revoke(tokens));
    } catch (error) {
      // the tokens expire by themselves, and who revoked them here has got what they asked for
      if (!(error instanceof AppError)) throw error;
    }
  }

  async #logged<T>(step: string, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (error instanceof AppError) this.#write(step, error);
      throw error;
    }
  }

  #write(step: string, error: AppError): void {
    const { host, status, reason } = error.details;
    this.log.write('warning', 'auth.provider', error.message, {
      provider: this.name,
      step,
      error: error instanceof ProviderRefusedError ? error.error : null,
      host: typeof host === 'string' ? host : null,
      status: typeof status === 'number' ? status : null,
      reason: typeof reason === 'string' ? reason : null,
    });
  }
}
