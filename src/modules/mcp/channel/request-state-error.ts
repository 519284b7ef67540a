import { InvalidParamsError } from '../invalid-params-error.js';

/** A `requestState` that this server does not go on with. One text for every reason: the client learns nothing. */
export class RequestStateError extends InvalidParamsError {
  constructor() {
    super('Invalid or expired requestState; call again without it');
  }
}
