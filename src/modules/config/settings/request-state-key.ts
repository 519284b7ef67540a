import { Secret } from '../../../common/domain/secret.js';
import { ConfigInvalidError } from '../../../common/errors/config-errors.js';
import type { Variables } from '../variables.js';

/** Fewest characters of the key: as hexadecimal digits they hold 128 bits. */
const SHORTEST = 32;

/**
 * The key that seals `requestState`: `MXCP_REQUEST_STATE_KEY`, else `server.request_state_key`.
 * @throws ConfigInvalidError when it is too short to keep a secret
 */
export function requestStateKey(variables: Variables, written: string | null | undefined): Secret | null {
  const key = variables.setting('MXCP_REQUEST_STATE_KEY') ?? written ?? '';
  if (key === '') return null;
  if (key.length >= SHORTEST) return new Secret(key);
  throw new ConfigInvalidError(
    `server.request_state_key (MXCP_REQUEST_STATE_KEY) needs at least ${SHORTEST} characters; make one with: openssl rand -hex 32`,
  );
}
