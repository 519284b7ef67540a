import type { AuthConfig } from '../../common/domain/app-config.js';
import { anonymous, type Principal } from '../../common/domain/principal.js';
import { ConfigInvalidError } from '../../common/errors/config-errors.js';
import { Authenticator } from '../../common/ports/authenticator.js';

/** Everyone is anonymous: the profile names no identity provider. */
export class AnonymousAuthenticator extends Authenticator {
  /** @throws ConfigInvalidError when credentials are expected: serving without checking them is open to everyone */
  constructor({ provider, expectsApiKeys }: AuthConfig) {
    super();
    if (provider !== 'none') throw unguarded(`auth.provider '${provider}'`);
    if (expectsApiKeys) throw unguarded('MCP_API_KEYS');
  }

  authenticate(): Promise<Principal> {
    return Promise.resolve(anonymous);
  }
}

function unguarded(setting: string): ConfigInvalidError {
  return new ConfigInvalidError(
    `${setting} is not supported yet in this version; ` +
      'the server does not start over HTTP without the authentication that it is asked for',
  );
}
