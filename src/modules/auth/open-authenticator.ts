import type { AuthConfig } from '../../common/domain/app-config.js';
import { ConfigInvalidError } from '../../common/errors/config-errors.js';
import type { Authenticator } from '../../common/ports/authenticator.js';
import { AnonymousAuthenticator } from './anonymous-authenticator.js';

/**
 * The way of authentication that the configuration asks for.
 * @throws ConfigInvalidError when it cannot be served: nobody may be let in by mistake
 */
export function openAuthenticator(auth: AuthConfig): Authenticator {
  if (auth.problems.length > 0) throw new ConfigInvalidError(auth.problems.join('\n'));
  if (auth.oauth === null && auth.apiKeys.length === 0) return new AnonymousAuthenticator();
  throw new ConfigInvalidError('Authentication is not supported yet in this version');
}
