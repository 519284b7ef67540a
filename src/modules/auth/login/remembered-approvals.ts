import { createHash } from 'node:crypto';
import type { Clock } from '../../../common/ports/clock.js';
import type { PendingLogin } from '../sign-in.js';
import type { Signatures } from './signatures.js';

/** An approval as the cookie has it. */
interface Approval {
  readonly digest: string;
  readonly untilS: number;
}

const PURPOSE = 'approved';
const LIFETIME_S = 30 * 24 * 60 * 60;
const MOST = 20;

/**
 * Which clients the user of this browser has approved (auth.md §13.8), as one signed cookie value: client,
 * redirect URI and scopes, each for thirty days, the oldest forgotten first.
 */
export class RememberedApprovals {
  static readonly cookie = 'mxcp_approved';
  static readonly maxAgeS = LIFETIME_S;

  constructor(
    private readonly signatures: Signatures,
    private readonly clock: Clock,
  ) {}

  /** @param value of the cookie; one that was not signed here remembers nothing */
  includes(value: string | null, login: PendingLogin): boolean {
    const digest = digestOf(login);
    return this.#open(value).some((approval) => approval.digest === digest);
  }

  /** The cookie value with this approval added. */
  with(value: string | null, login: PendingLogin): string {
    const digest = digestOf(login);
    const others = this.#open(value).filter((approval) => approval.digest !== digest);
    const kept = [...others, { digest, untilS: this.#nowS() + LIFETIME_S }].slice(-MOST);
    const text = kept.map((approval) => `${approval.digest}~${approval.untilS.toString(36)}`).join('.');
    return `${text}!${this.signatures.sign(PURPOSE, text)}`;
  }

  #open(value: string | null): readonly Approval[] {
    const [text, signature, ...rest] = (value ?? '').split('!');
    if (text === undefined || signature === undefined || rest.length > 0) return [];
    if (!this.signatures.verifies(PURPOSE, text, signature)) return [];
    return text.split('.').flatMap((entry) => {
      const [digest = '', until = ''] = entry.split('~');
      const untilS = Number.parseInt(until, 36);
      return untilS > this.#nowS() ? [{ digest, untilS }] : [];
    });
  }

  #nowS(): number {
    return Math.floor(this.clock.now().getTime() / 1000);
  }
}

/** Short enough that twenty fit a cookie, long enough that nobody finds another one with it. */
function digestOf({ clientId, redirectUri, scopes }: PendingLogin): string {
  return createHash('sha256')
    .update(JSON.stringify([clientId, redirectUri, scopes.toSorted()]))
    .digest('base64url');
}
