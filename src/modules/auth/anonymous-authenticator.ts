import { anonymous, type Principal } from '../../common/domain/principal.js';
import { ConfigInvalidError } from '../../common/errors/config-errors.js';
import { Authenticator } from '../../common/ports/authenticator.js';

/** Everyone is anonymous: the profile names no identity provider. */
export class AnonymousAuthenticator extends Authenticator {
  /**
   * @param provider `auth.provider` of the profile
   * @throws ConfigInvalidError for any provider: serving without checking its tokens would be open to everyone
   */
  constructor(provider: string) {
    super();
    if (provider !== 'none') {
      throw new ConfigInvalidError(
        `auth.provider '${provider}' is not supported yet in this version; ` +
          'the server does not start over HTTP without the authentication that the profile asks for',
      );
    }
  }

  authenticate(): Promise<Principal> {
    return Promise.resolve(anonymous);
  }
}
