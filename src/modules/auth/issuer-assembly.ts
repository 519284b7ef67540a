import type { IssuerConfig } from '../../common/domain/app-config.js';
import { ConfigInvalidError } from '../../common/errors/config-errors.js';
import type { AuthServices, TokenSource } from './token-source.js';

type AssembleIssuer = (config: IssuerConfig, services: AuthServices) => Promise<TokenSource>;

/**
 * Opens the token store and builds the authorization server on it. Nothing is left open when it fails.
 * @throws ConfigInvalidError, TokenStoreUnavailableError, ProviderUnavailableError
 */
export const assembleIssuer: AssembleIssuer = () =>
  Promise.reject(
    new ConfigInvalidError('auth.mode: issuer is not supported yet in this version; use mode: verifier'),
  );
