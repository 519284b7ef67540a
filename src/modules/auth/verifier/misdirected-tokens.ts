import type { VerifierConfig } from '../../../common/domain/app-config.js';
import type { JsonObject } from '../../../common/domain/json.js';
import type { Clock } from '../../../common/ports/clock.js';
import type { Log } from '../../../common/ports/log.js';
import type { ResourceIdentifiers } from '../resource-identifiers.js';
import { textsOf } from './token-claims.js';

const PAUSE_MS = 60_000;
const LONGEST = 200;

/**
 * Tells the operator of tokens that are the provider's, valid, and for somebody else: clients hear only that they are
 * refused, and the audience is what a new provider gets wrong first. Once a minute, as anybody may send such tokens.
 */
export class MisdirectedTokens {
  #quietUntilMs = 0;

  /** @param resource null when nobody said under which URL the server is reached */
  constructor(
    private readonly config: Pick<VerifierConfig, 'audience' | 'clientId'>,
    private readonly resource: ResourceIdentifiers | null,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  tell(claims: JsonObject): void {
    const nowMs = this.clock.now().getTime();
    if (nowMs < this.#quietUntilMs) return;
    this.#quietUntilMs = nowMs + PAUSE_MS;
    const { audience, clientId } = this.config;
    this.log.write('warning', 'auth', 'A valid token of the provider is not for this server', {
      audience: line(textsOf(claims['aud'])),
      client: line(textsOf(claims['azp'] ?? claims['client_id'])),
      expected: audience ?? line([...(this.resource === null ? [] : [this.resource.canonical]), clientId]),
    });
  }
}

function line(texts: readonly string[]): string {
  return texts.join(' ').slice(0, LONGEST);
}
