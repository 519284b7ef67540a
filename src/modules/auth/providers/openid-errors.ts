import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';
import { ProviderRefusedError, ProviderUnavailableError } from '../../../common/errors/auth-errors.js';
import { oauthErrorCode, unusableIdentity } from './provider-answers.js';

/** Answers that are none; any other code of the library means that something in one is not what it must be. */
const unreadable: ReadonlySet<unknown> = new Set([
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
]);

/** Runs calls of openid-client. @throws ProviderRefusedError, ProviderUnavailableError; defects as they are */
export async function withProviderErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw providerError(error);
  }
}

/** Without the library's error as its cause: that quotes claims and answers. */
function providerError(error: unknown): unknown {
  const ours = causesOf(error).find(
    (cause) => cause instanceof ProviderRefusedError || cause instanceof ProviderUnavailableError,
  );
  if (ours !== undefined) return ours;
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) {
    return new ProviderRefusedError(oauthErrorCode(error.error));
  }
  if (!(error instanceof ClientError)) return error;
  if (unreadable.has(error.code)) return new ProviderUnavailableError({ details: { reason: error.code } });
  // a signature, `iss`, `aud`, `azp`, `exp`, `nonce` or `state`
  return unusableIdentity(error.code ?? 'the answer cannot be believed');
}

function causesOf(error: unknown): readonly unknown[] {
  return error instanceof Error ? [error, ...causesOf(error.cause)] : [];
}
