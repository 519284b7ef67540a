import type { VerifierConfig } from '../../../common/domain/app-config.js';
import type { JsonObject } from '../../../common/domain/json.js';
import type { Clock } from '../../../common/ports/clock.js';
import type { Log } from '../../../common/ports/log.js';
import type { ResourceIdentifiers } from '../resource-identifiers.js';
import { textsOf } from './token-claims.js';

const PAUSE_MS = 60_000;
const LONGEST = 200;

/** What was wrong with a claim. */
export interface RefusedClaim {
  readonly claim: string;
  readonly value: string;
}

/**
 * Tells the operator why a token that the provider signed is refused: clients hear only that it is, and the audience
 * and the issuer are what a new provider gets wrong first. Once a minute, as anybody may send such tokens.
 */
export class RefusedTokens {
  #quietUntilMs = 0;

  /** @param resource null when nobody said under which URL the server is reached */
  constructor(
    private readonly config: Pick<VerifierConfig, 'audience' | 'clientId'>,
    private readonly resource: ResourceIdentifiers | null,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** @param issuer the provider's own name */
  wrongClaim({ claim, value }: RefusedClaim, issuer: string): void {
    if (!this.#mayTell()) return;
    this.log.write('warning', 'auth', 'A token that the provider signed is refused for a claim', {
      claim,
      value: value.slice(0, LONGEST),
      ...(claim === 'iss' ? { expected: issuer } : {}),
    });
  }

  misdirected(claims: JsonObject): void {
    if (!this.#mayTell()) return;
    const { audience, clientId } = this.config;
    this.log.write('warning', 'auth', 'A valid token of the provider is not for this server', {
      audience: line(textsOf(claims['aud'])),
      client: line(textsOf(claims['azp'] ?? claims['client_id'])),
      expected: audience ?? line([...(this.resource === null ? [] : [this.resource.canonical]), clientId]),
    });
  }

  #mayTell(): boolean {
    const nowMs = this.clock.now().getTime();
    if (nowMs < this.#quietUntilMs) return false;
    this.#quietUntilMs = nowMs + PAUSE_MS;
    return true;
  }
}

function line(texts: readonly string[]): string {
  return texts.join(' ').slice(0, LONGEST);
}
