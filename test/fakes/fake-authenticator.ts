import type { IncomingRequest } from '../../src/common/domain/incoming-request.js';
import type { Principal } from '../../src/common/domain/principal.js';
import type { Authenticator, Refusal } from '../../src/common/ports/authenticator.js';

/** Lets in whom the test says. */
export class FakeAuthenticator implements Authenticator {
  /** @param who the caller of a request; throws to refuse it */
  constructor(private readonly who: (request: IncomingRequest) => Principal) {}

  authenticate(request: IncomingRequest): Promise<Principal> {
    return new Promise((resolve) => {
      resolve(this.who(request));
    });
  }

  refusal(): Refusal {
    return {
      status: 401,
      challenge: 'Bearer',
      error: 'unauthorized',
      description: 'Authentication required',
    };
  }
}
