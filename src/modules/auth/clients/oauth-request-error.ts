import { AppError } from '../../../common/errors/app-error.js';

/** A request to an OAuth endpoint that is wrong before anybody looks up what it asks for. */
export class OAuthRequestError extends AppError {
  /** @param error code of the RFC of the endpoint */
  constructor(
    readonly error:
      | 'invalid_request'
      | 'invalid_client'
      | 'invalid_client_metadata'
      | 'invalid_redirect_uri'
      | 'temporarily_unavailable',
    description: string,
  ) {
    super('INPUT_INVALID', description);
  }
}
