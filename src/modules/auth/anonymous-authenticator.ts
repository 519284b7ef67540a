import { anonymous, type Principal } from '../../common/domain/principal.js';
import { Authenticator, type Refusal } from '../../common/ports/authenticator.js';

/** Everyone is anonymous: nobody is asked who they are. */
export class AnonymousAuthenticator extends Authenticator {
  authenticate(): Promise<Principal> {
    return Promise.resolve(anonymous);
  }

  refusal(): Refusal {
    return {
      status: 401,
      challenge: null,
      error: 'unauthorized',
      description: 'Authentication required',
    };
  }
}
